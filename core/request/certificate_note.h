/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate_note.h - what logs tell of a client's certificate, as far as the
 * policy lets them (log.certificate).
 */
#ifndef YETT_REQUEST_CERTIFICATE_NOTE_H
#define YETT_REQUEST_CERTIFICATE_NOTE_H

#include "policy/facts.h"

/* Absent: not known, or not to be told. Lent like the certificate. */
struct yett_certificate_note {
	struct yett_slice subject, issuer, serial, sha256;
};

/* `leaf` may be NULL. */
struct yett_certificate_note
yett_certificate_note_of(const struct yett_certificate *leaf,
    enum yett_log_certificate how);

/* Enough for the pairs below. */
#define YETT_CERTIFICATE_PAIRS 1400

/* Write ` subject="..." issuer="..." ...` for an event, with the names of the
 * certificate, or nothing; returns `out`. */
const char *yett_certificate_note_pairs(char out[YETT_CERTIFICATE_PAIRS],
    const struct yett_certificate *leaf, enum yett_log_certificate how);

#endif
