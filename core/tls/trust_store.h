/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust_store.h - what an opened trust holds. Shared by trust.c, which opens
 * it, and trust_judge.c, which judges by it; nobody else includes it. Frozen.
 */
#ifndef YETT_TLS_TRUST_STORE_H
#define YETT_TLS_TRUST_STORE_H

#include "tls/cas.h"
#include "tls/crl_set.h"
#include "tls/trust.h"

struct yett_trust_store {
	gnutls_x509_trust_list_t list; /* lends the CAs */
	struct yett_cas cas;
	struct yett_crl_set crls;
	uint32_t depth, rsa_bits;
	bool is_nameless;
	struct yett_slice spiffe; /* a copy; absent: any */
	uint8_t digest[YETT_SHA256_LEN];
	uint64_t id;
	struct yett_trust_problem *problem; /* their texts are owned */
	size_t problem_count;
};

#endif
