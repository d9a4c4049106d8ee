/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ca.h - a throw-away certificate authority, for demonstrations and tests.
 *
 * Keys live in memory and die with it; nothing here is meant to guard
 * anything. One thread at a time.
 */
#ifndef YETT_TLS_CA_H
#define YETT_TLS_CA_H

#include "base/buf.h"
#include "tls/library.h"

struct yett_ca; /* opaque: a certificate that may sign, and its key */

enum yett_ca_key { YETT_CA_ECDSA, YETT_CA_RSA, YETT_CA_ED25519 };

enum yett_ca_purpose {
	YETT_CA_CLIENT = 1 << 0,
	YETT_CA_SERVER = 1 << 1,
};

/* What to issue. Text is NUL-terminated, lists end with NULL; NULL: none. */
struct yett_ca_request {
	const char *common_name; /* or `subject` */
	const char *subject;     /* RFC 4514, instead of common_name */
	const char *const *dns, *const *ip, *const *email, *const *uri;
	/* Instead of the lists: one DNS name of at most 120 bytes, as it is. */
	struct yett_slice raw_dns;
	/* Instead of common_name: any bytes. */
	struct yett_slice raw_common_name;
	unsigned purposes;             /* of yett_ca_purpose; 0: no extension */
	int64_t not_before, not_after; /* seconds since 1970 UTC */
	enum yett_ca_key key;
	uint32_t serial;   /* 0: random */
	bool no_signature; /* keyUsage lacks digitalSignature */
};

/* A self-signed root, valid from 2020 to 2049. */
YETT_MUST_USE
enum yett_status yett_ca_new(struct yett_ca **out, const char *common_name,
    struct yett_fault *fault);

/* An intermediate with a key of its own; `parent` may go before it. */
YETT_MUST_USE
enum yett_status
yett_ca_new_below(struct yett_ca **out, const struct yett_ca *parent,
    const char *common_name, uint32_t serial, struct yett_fault *fault);
void yett_ca_free(struct yett_ca *ca);

/*
 * Issue a certificate with a new key, and append both as PEM. The certificate
 * is followed by those of the CA and its parents, but for the root.
 */
YETT_MUST_USE
enum yett_status yett_ca_issue(const struct yett_ca *ca,
    const struct yett_ca_request *request, struct yett_buf *cert_pem,
    struct yett_buf *key_pem, struct yett_fault *fault);

/* Append the certificate of the CA as PEM. */
YETT_MUST_USE
enum yett_status yett_ca_write(const struct yett_ca *ca, struct yett_buf *pem,
    struct yett_fault *fault);

/* Append a CRL of `ca` with `count` serials as PEM; dates as above. */
YETT_MUST_USE
enum yett_status yett_ca_crl(const struct yett_ca *ca, const uint32_t *serial,
    uint32_t count, int64_t this_update, int64_t next_update,
    struct yett_buf *pem, struct yett_fault *fault);

#endif
