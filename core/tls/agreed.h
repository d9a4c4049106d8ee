/* SPDX-License-Identifier: Apache-2.0 */
/*
 * agreed.h - the key exchange groups and the signatures that a handshake can
 * agree on, as small numbers to count by and as names of the TLS registries.
 */
#ifndef YETT_TLS_AGREED_H
#define YETT_TLS_AGREED_H

/* 0 is none, as in a resumed session that does without; the last is any that
 * has no number of its own. */
#define YETT_AGREED_GROUPS 15
#define YETT_AGREED_SIGNATURES 21

/* By GnuTLS's own names; NULL is none. */
unsigned yett_agreed_group(const char *name);
unsigned yett_agreed_signature(const char *name);

/* "x25519", "ecdsa_secp256r1_sha256", "none", "other": static. */
const char *yett_agreed_group_name(unsigned index);
const char *yett_agreed_signature_name(unsigned index);

#endif
