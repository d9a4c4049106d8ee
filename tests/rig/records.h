/* SPDX-License-Identifier: Apache-2.0 */
/*
 * records.h - how a TLS client's bytes reach its socket.
 *
 * Either as GnuTLS makes them, or with every clear-text handshake record cut
 * into records of one byte each, which TLS allows and scanners forget.
 */
#ifndef RIG_RECORDS_H
#define RIG_RECORDS_H

#include <gnutls/gnutls.h>

#include "base/buf.h"

struct rig_records {
	int fd;
	bool encrypted;       /* the client changed its cipher */
	struct yett_buf held; /* a record that is not complete yet */
};

/* `records` must outlive the handshake of `session`. */
void rig_records_attach(struct rig_records *records, gnutls_session_t session,
    int fd, bool fragment);
void rig_records_clear(struct rig_records *records);

#endif
