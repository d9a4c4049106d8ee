/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decision_world.h - random policies and requests, and a client that sends them
 * to a gateway in this process.
 *
 * Deterministic but for keys and ports. Every function fails the running test
 * rather than return an error.
 */
#ifndef TESTS_UNIT_DECISION_WORLD_H
#define TESTS_UNIT_DECISION_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "yett.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define WORLD_SITES 5 /* s0.test to s3.test, and "*" */

/* --- chance --- */

unsigned chance(unsigned most);
void chance_begin(unsigned seed);

/* --- the world --- */

/* Certificates of clients, by file and as descriptions. */
struct world_certificate {
	const char *name;   /* NAME.pem and NAME.key; NULL: none */
	const char *trust;  /* that it verifies for; "unknown": none */
	const char *common; /* name of its subject */
	int expired;
};
extern const struct world_certificate world_certificates[6];

/* CAs, certificates and an origin, in a folder that becomes the working
 * directory. */
void world_open(void);
void world_close(void);

/* Write the policy `number` of `seed`; two numbers of one seed differ in some
 * of their sites. */
void world_write_policy(const char *path, unsigned seed, unsigned number);

/* --- requests --- */

struct world_request {
	const char *sni; /* NULL: none */
	const char *host, *method, *target;
	const char *header[4];
	size_t header_count;
	unsigned body; /* bytes behind the head */
	int tls12;
	const struct world_certificate *certificate;
};

void world_make_request(struct world_request *out);

/* What became of a request, in the words that all who answer have. */
struct world_outcome {
	int refused;     /* the handshake was */
	unsigned status; /* 200: of the upstream, or of the gateway by itself;
			    444: the connection was cut */
	int forwarded;   /* to the upstream */
	int has_reason;  /* it is known, and so is the cause */
	char reason[32], cause[32];
	unsigned port; /* of the client */
};

/* Send it to the gateway at `port`. */
void world_send(unsigned port, const struct world_request *request,
    struct world_outcome *out);

/* The same in two steps, so that the policy can change in between. */
struct world_connection;
struct world_connection *
world_connect(unsigned port, const struct world_request *request);
void world_ask(struct world_connection *connection,
    const struct world_request *request, struct world_outcome *out);

#endif
