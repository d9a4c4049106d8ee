/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server_key.h - a certificate chain of the gateway with its private key: a
 * site's, or the client certificate for servers.
 *
 * GnuTLS requests it in the middle of a handshake; the choice was made before
 * and is found through the session's pointer. Frozen after open, except for
 * what staple.h says of itself.
 */
#ifndef YETT_TLS_SERVER_KEY_H
#define YETT_TLS_SERVER_KEY_H

#include <gnutls/abstract.h>

#include "base/status.h"
#include "policy/rules.h"
#include "tls/hello.h"
#include "tls/library.h"
#include "tls/signature.h"
#include "tls/staple.h"

struct yett_server_key; /* opaque; Frozen */

/* What the pointer of a handshaking GnuTLS session points at. */
struct yett_server_key_choice {
	const struct yett_server_key *key;   /* NULL: not chosen yet */
	struct yett_ocsp_response *response; /* a reference; NULL: none */
	gnutls_ocsp_data_st stapled;         /* `response`, for GnuTLS */
};

/* Choose `key` at `now` (seconds since 1970), with what is stapled to it then;
 * and let go of it. */
void yett_server_key_choose(struct yett_server_key_choice *choice,
    const struct yett_server_key *key, int64_t now);
void yett_server_key_choice_clear(struct yett_server_key_choice *choice);

/*
 * Read the files, or ask the tokens, that `declared` names.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: a file cannot be read
 * YETT_E_POLICY: not a certificate, not a key, or not a pair
 */
YETT_MUST_USE
enum yett_status yett_server_key_open(struct yett_server_key **out,
    const struct yett_key *declared, int64_t now, struct yett_fault *fault);
void yett_server_key_close(struct yett_server_key *key);

/* What a client must know to check its signatures: one of enum
 * yett_key_kind. */
enum yett_key_kind yett_server_key_kind(const struct yett_server_key *key);

/* The algorithms of the site's own certificate, as GnuTLS numbers them. */
struct yett_server_key_terms {
	int signature, algorithm; /* 0: not known */
	unsigned bits;
};

/* Those of `key`. */
struct yett_server_key_terms
yett_server_key_terms(const struct yett_server_key *key);

/* Whether who knows `schemes` (signature.h) can check all signatures on its
 * chain; that of a root by itself needs no check. */
bool yett_server_key_chain_suits(const struct yett_server_key *key,
    uint32_t schemes);

/* Certificate number `index` of the chain, the site's own first; lent, only to
 * be read. NULL: there is no such. */
const gnutls_pcert_st *
yett_server_key_certificate(const struct yett_server_key *key, unsigned index);

/* Between which seconds since 1970 all certificates of the chain hold. */
void yett_server_key_dates(const struct yett_server_key *key, int64_t *from,
    int64_t *to);

/* SHA-256 of the certificate itself. */
YETT_MUST_USE
enum yett_status yett_server_key_digest(const struct yett_server_key *key,
    uint8_t out[YETT_SHA256_LEN]);

/* Whether a client that wants an OCSP response gets one. */
enum yett_response_lack {
	YETT_RESPONSE_NOT_LACKING,    /* or there is no need */
	YETT_RESPONSE_NOT_NAMED,      /* no file is declared */
	YETT_RESPONSE_WITHOUT_ISSUER, /* no response could be verified */
	YETT_RESPONSE_NOT_GOOD,       /* the file has none that can be used */
};

/* Of a key that is not used yet, and in `*why` what is wrong: static, or lent
 * by the key. */
enum yett_response_lack
yett_server_key_lacks_response(const struct yett_server_key *key,
    const char **why);

/* Look after its OCSP response: see yett_staple_tend(). False: there is no file
 * to look at. */
bool yett_server_key_tend(const struct yett_server_key *key, int64_t now);

/* Make the sessions that use `credentials` take the key of their choice. */
void yett_server_key_attach(gnutls_certificate_credentials_t credentials);

#endif
