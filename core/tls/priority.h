/* SPDX-License-Identifier: Apache-2.0 */
/*
 * priority.h - one priority string of GnuTLS, compiled: the versions, cipher
 * suites, groups and signatures of a site.
 *
 * Whatever a string says, some things stay off: versions before TLS 1.2, key
 * exchanges without forward secrecy, anonymous ones, PSK (except for tickets)
 * and SRP, ciphers that do not encrypt, and signatures with SHA-1 or MD5.
 * Frozen after open.
 */
#ifndef YETT_TLS_PRIORITY_H
#define YETT_TLS_PRIORITY_H

#include <gnutls/gnutls.h>

#include "base/slice.h"
#include "base/status.h"
#include "tls/hello.h"

/* What we speak to servers: TLS 1.2 and 1.3, forward secrecy over elliptic
 * curves and authenticated encryption only; no finite fields, which cost the
 * server most. */
#define YETT_TLS_CLIENT_PRIORITY YETT_TLS_CIPHERS YETT_TLS_GROUPS
#define YETT_TLS_CIPHERS                                                       \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:"                          \
	"-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-MAC-ALL:+AEAD:-GROUP-ALL"
#define YETT_TLS_GROUPS                                                        \
	":+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1:+GROUP-SECP521R1"

/* What sites speak that name no string: the same. */
#define YETT_TLS_SERVER ":%SERVER_PRECEDENCE"
#define YETT_TLS_PRIORITY YETT_TLS_CLIENT_PRIORITY YETT_TLS_SERVER

/*
 * Compile YETT_TLS_CLIENT_PRIORITY and `more`, and put in front of its groups
 * the hybrid ones (RFC 10024: an elliptic curve together with ML-KEM) that the
 * library has. Returns GnuTLS's code.
 */
int yett_priority_usual(gnutls_priority_t *out, const char *more);

struct yett_priority; /* opaque */

/*
 * Compile `text`, which is NUL-terminated and lent until the result is closed.
 * YETT_E_POLICY: GnuTLS does not understand it, and the fault says from where;
 *                or it leaves nothing that could be spoken
 */
YETT_MUST_USE
enum yett_status yett_priority_open(struct yett_priority **out,
    struct yett_slice text, struct yett_fault *fault);
void yett_priority_close(struct yett_priority *priority);

/* As it was given: a part of what tickets are bound to. */
struct yett_slice yett_priority_text(const struct yett_priority *priority);

/* For gnutls_priority_set(), which takes a reference. */
gnutls_priority_t yett_priority_set(const struct yett_priority *priority);

/* The kinds of keys (signature.h) that sign for any client at all. */
unsigned yett_priority_kinds(const struct yett_priority *priority);

/* The version that a handshake with this client will have; 0: none. */
uint16_t yett_priority_version(const struct yett_priority *priority,
    const struct yett_hello_message *hello);

/* Whether one of the client's cipher suites may be used in a handshake of that
 * version; of TLS 1.3 GnuTLS judges. */
bool yett_priority_has_suite(const struct yett_priority *priority,
    const struct yett_hello_message *hello);

/* The kinds of keys (signature.h) with which such a handshake can be signed so
 * that the client can check it. */
unsigned yett_priority_key_kinds(const struct yett_priority *priority,
    const struct yett_hello_message *hello);

#endif
