/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_world.h - what tests of TLS need: CAs, a policy with keys on disk, and a
 * GnuTLS client that is shaken hands with over a socket pair, without waiting.
 *
 * Every function fails the running test rather than return an error.
 */
#ifndef TESTS_TLS_WORLD_H
#define TESTS_TLS_WORLD_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>

#include "tls/ca.h"
#include "tls/session.h"

#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

/* A date in the middle of what the CAs issue here, in seconds. */
#define SPRING INT64_C(1900000000)

#define MANY 8

/* --- the policy --------------------------------------------------------- */

struct world_trust {
	const char *name;
	const char *ca, *crl; /* files in the world's folder; crl may be NULL */
	uint32_t depth;
	const char *spiffe; /* or NULL */
};

struct world_site {
	const char *name;
	enum yett_need need; /* of the site itself */
	enum yett_need path; /* of "/admin" below it */
	const char *trust;   /* NULL with NONE */
	const char *key[3];  /* "NAME": NAME.pem and NAME.key; NULL: "site" */
};

struct world_policy {
	struct world_trust trust[MANY];
	struct world_site site[MANY];
};

struct world {
	char folder[64];
	struct yett_ca *staff, *other;
	struct yett_ticket_keeper tickets;
	struct yett_session_env *env;
	struct yett_generation *gen;
	const struct yett_credentials *credentials; /* hung on `gen` */
	uint64_t now; /* nanoseconds; of the server */
	enum {
		WORLD_DECIDES, /* the policy does */
		WORLD_REFUSES,
		WORLD_FAILS,
		WORLD_CHANGES, /* says none the second time */
		WORLD_RELOADS, /* `policy`, once it has answered */
	} mood;
	const struct world_policy *policy;
	bool reload_next;
	unsigned asked_times;
	/* Before (true) and after each turn of the server; may be NULL. */
	void (*before_server)(bool to_server);
};

/* CAs staff.ca and other.ca, and a server key, in a new folder. */
void world_open(struct world *world);
void world_close(struct world *world);

void world_write(const struct world *world, const char *file,
    const struct yett_buf *text);

/* The generation of `policy`, frozen; the caller owns the reference. */
struct yett_generation *
world_compile(struct world *world, const struct world_policy *policy);

/* Put `policy` in force. */
void world_load(struct world *world, const struct world_policy *policy);

/* --- certificates ------------------------------------------------------- */

struct identity {
	struct yett_buf cert, key; /* PEM; empty: none */
};

/* Of `ca`, for clients, with dates around SPRING unless `request` has some. */
void identity_make(struct identity *identity, const struct yett_ca *ca,
    const struct yett_ca_request *request);
void identity_clear(struct identity *identity);

/* The certificates in DER; `out` points into memory freed by chain_clear(). */
struct chain {
	struct yett_slice der[256];
	struct yett_chain chain;
};
void chain_read(struct chain *out, const struct yett_buf *pem);
void chain_clear(struct chain *chain);

/* For a retrieve function of GnuTLS: the key of `identity`, and its chain or,
 * unless that is NULL, `chain`, which need not fit the key. */
void
world_chain(const struct identity *identity, const struct yett_chain *chain,
    gnutls_pcert_st **out, unsigned *count, gnutls_privkey_t *key);

/* --- a client and its session ------------------------------------------- */

struct client_options {
	const char *sni;      /* NULL: none */
	const char *priority; /* NULL: TLS13 */
	const char *alpn[3];
	const struct identity *identity; /* NULL: none */
	const struct yett_chain *chain;  /* sent instead of its own; or NULL */
	gnutls_datum_t ticket;           /* session data, or empty */
	unsigned flags;                  /* of gnutls_init() */
	/* Called with the client before its handshake; may be NULL. */
	void (*prepare)(gnutls_session_t client);
	/* Called with each record the client sends; NULL: sent as it is. */
	void (*meddle)(void *arg, int fd, const char *record, size_t len);
	void *arg;
};

struct pair {
	struct world *world;
	struct yett_session *session;
	int fd[2]; /* client's, server's */
	gnutls_session_t client;
	gnutls_certificate_credentials_t credentials;
	const struct client_options *options;

	/* What came of it. */
	int client_code; /* of gnutls_handshake() */
	enum yett_session_result result;
	struct yett_fault fault;
	bool asked;     /* a CertificateRequest came */
	unsigned names; /* CA names in it */
	int alert;      /* -1: the client got none */
	bool resumed;
};

/* Shake hands and let both sides read what the other sent. */
void pair_open(struct pair *pair, struct world *world,
    const struct client_options *options);
void pair_close(struct pair *pair);

/* Make the client read; keeps alerts. Bytes go to `at`. */
size_t pair_client_read(struct pair *pair, char *at, size_t len);

/* The client's session data, for client_options.ticket. */
gnutls_datum_t pair_ticket(struct pair *pair);

/* The algorithm of the key that the server showed. */
int pair_server_key(struct pair *pair);

/* How the peer fares with the policy's first trust; fails without a peer. */
enum yett_verification pair_verify(struct pair *pair);

#endif
