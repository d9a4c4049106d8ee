/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client_judge.h - what a handshake takes out of the terms: the part of
 * client_terms.h that has GnuTLS's types. Of this folder only.
 */
#ifndef YETT_TLS_CLIENT_JUDGE_H
#define YETT_TLS_CLIENT_JUDGE_H

#include <gnutls/gnutls.h>

#include "tls/server_key.h"
#include "tls/trust.h"

struct yett_client_terms; /* opaque */

/* What every session of these terms uses; lent. */
gnutls_certificate_credentials_t
yett_client_terms_credentials(const struct yett_client_terms *terms);

/* What is shown when the server asks; NULL: nothing. */
const struct yett_server_key *
yett_client_terms_key(const struct yett_client_terms *terms);

/* The bits of the largest RSA key that a trust of theirs lets in. */
uint32_t yett_client_terms_rsa_bits(const struct yett_client_terms *terms);

/* How a server's chain fares. */
struct yett_client_judgement {
	gnutls_alert_description_t alert; /* for a server that is refused */
	const char *why;                  /* static; NULL: it is believed */
	int64_t valid_until;              /* seconds since 1970 */
};

/* Judge the chain of the server that shall be `name` at `now`. */
void yett_client_terms_judge(const struct yett_client_terms *terms,
    const struct yett_chain *chain, struct yett_slice name, int64_t now,
    struct yett_client_judgement *out);

#endif
