/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust.h - the opened form of one `trust`: its CAs, its CRLs, and
 * verification.
 *
 * Chains are verified for the purpose client authentication, or, for servers,
 * server authentication. We check CRLs ourselves: GnuTLS 3.7.9 accepts a chain
 * whose issuer has no CRL, and one whose CRL is years old. Frozen after open;
 * any thread verifies.
 */
#ifndef YETT_TLS_TRUST_H
#define YETT_TLS_TRUST_H

#include "policy/facts.h"
#include "tls/bounds.h"
#include "tls/crl_set.h"
#include "tls/crl_store.h"
#include "tls/library.h"
#include "tls/parsed_chain.h"

struct yett_trust_store; /* opaque; Frozen */

/* How a chain fares, and until when that cannot change. */
struct yett_trust_result {
	enum yett_verification verification;
	int64_t valid_until; /* seconds since 1970; INT64_MAX: for ever */
};

/*
 * Read the CAs and CRLs of `trust`, whose place becomes the fault's `where`;
 * the lists from `lists`, unless that is NULL. A file that cannot be used is no
 * failure: yett_trust_store_problem() tells it, and those whom it would let in
 * are refused. Without one of its lists that is everybody.
 *
 * YETT_E_NOMEM, YETT_E_TLS: memory is out, GnuTLS refused
 */
YETT_MUST_USE
enum yett_status yett_trust_store_open(struct yett_trust_store **out,
    const struct yett_trust *trust, struct yett_crl_store *lists,
    struct yett_fault *fault);
void yett_trust_store_close(struct yett_trust_store *store);

/*
 * The CAs that the system trusts for servers, without revocation lists.
 * YETT_E_NOT_FOUND: it has none
 */
YETT_MUST_USE
enum yett_status yett_trust_store_open_system(struct yett_trust_store **out,
    struct yett_fault *fault);

/* SHA-256 over all that a judgement depends on; YETT_SHA256_LEN bytes. */
const uint8_t *yett_trust_store_digest(const struct yett_trust_store *store);

/* The bits of the largest RSA key that it lets in (bounds.h). */
uint32_t yett_trust_store_rsa_bits(const struct yett_trust_store *store);

/* Whether clients shall not be told whom it trusts. */
bool yett_trust_store_is_nameless(const struct yett_trust_store *store);

/* Stands for the set of CA certificates, whatever the trust is called. */
uint64_t yett_trust_store_id(const struct yett_trust_store *store);

/* A file that cannot be used. */
struct yett_trust_problem {
	bool is_crl;      /* of its `crl`, else of its `ca` */
	uint32_t element; /* in there, from 1; 0: not known */
	const char *what; /* lent */
};

/* Number `index` of them; false: there are no more. */
bool yett_trust_store_problem(const struct yett_trust_store *store,
    size_t index, struct yett_trust_problem *out);

/* What the store holds that has dates. */
struct yett_trust_dates {
	bool is_crl;
	bool no_authority; /* not even its own basicConstraints call it one */
	bool no_list;      /* there are CRLs, and none is of this CA */
	char name[256];    /* of the CA, or of the CRL's issuer; RFC 4514 */
	char twin[80];     /* what tells it from another CA of that name */
	int64_t from, to;  /* seconds since 1970; of a CRL its nextUpdate */
};

/* The dates of number `index` among the CAs, then the CRLs; false: no such. */
bool yett_trust_store_dates(const struct yett_trust_store *store, size_t index,
    struct yett_trust_dates *out);

/* How its revocation lists stand at `now`, and of the one that stands worst the
 * dates, unless there is none. */
enum yett_crl_state yett_trust_store_crls(const struct yett_trust_store *store,
    int64_t now, struct yett_trust_dates *out);

/* Its CAs, for this folder; lent. */
struct yett_cas;
const struct yett_cas *
yett_trust_store_cas(const struct yett_trust_store *store);
/* What a certificate is worth that breaks a bound, or keeps all. */
enum yett_verification yett_trust_judge_bound(enum yett_bound bound);

/*
 * Judge `chain` at `now`. Of several faults the first of untrusted, revoked,
 * expired is told. Total: what cannot be judged is untrusted.
 */
void yett_trust_store_verify(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, int64_t now,
    struct yett_trust_result *out);

/*
 * The same for the chain of a server that shall be `name`, a host name or a
 * numeric address. One that would do but for the name is untrusted, and
 * *wrong_name true.
 */
void yett_trust_store_verify_server(const struct yett_trust_store *store,
    const struct yett_parsed_chain *chain, struct yett_slice name, int64_t now,
    struct yett_trust_result *out, bool *wrong_name);

#endif
