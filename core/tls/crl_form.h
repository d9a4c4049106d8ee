/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crl_form.h - what a revocation list is made of. Of crl.c and crl_read.c only.
 */
#ifndef YETT_TLS_CRL_FORM_H
#define YETT_TLS_CRL_FORM_H

#include <gnutls/abstract.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"
#include "base/status.h"
#include "tls/library.h"
#include "tls/serial.h"

/* How many keys' verdicts are remembered: authorities have few. */
#define YETT_CRL_SIGNERS 16

struct yett_crl_signer {
	uint8_t key[YETT_SHA256_LEN];
	bool is_it;
};

struct yett_crl {
	atomic_uint refs;
	uint8_t digest[YETT_SHA256_LEN];
	struct yett_arena arena; /* of the slices below */
	struct yett_slice issuer, issuer_text;
	int64_t this_update, next_update;

	/* The issuing distribution point. */
	bool only_users, only_authorities;
	struct yett_slice points; /* GeneralNames, or absent */

	/* Serials of one length follow each other, ascending. */
	uint8_t *serial;
	uint32_t first[YETT_SERIAL_MOST + 2]; /* of each length; then the end */

	/* What was signed, as the hash of it if that is enough. */
	gnutls_sign_algorithm_t algorithm;
	bool is_hashed;
	struct yett_slice body, signature;

	pthread_mutex_t lock; /* guards what follows */
	struct yett_crl_signer signer[YETT_CRL_SIGNERS];
	uint32_t signer_count;
};

/* Fill `crl`, all zero, from `der`. */
YETT_MUST_USE
enum yett_status yett_crl_fill(struct yett_crl *crl, struct yett_slice der,
    struct yett_fault *fault);

/* The fullNames of the distribution point `content`, as GeneralNames; absent
 * when it has none. False: damaged, or a name relative to the issuer's. */
bool yett_crl_point_names(struct yett_slice content, struct yett_slice *out);

#endif
