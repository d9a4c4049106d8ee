/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terms.h - how long the certificates and lists of a rollout hold.
 */
#ifndef YETT_ROLLOUT_TERMS_H
#define YETT_ROLLOUT_TERMS_H

#include "rollout/rollout.h"

/* What ends first of the chain of a site, of a trust's authorities and lists,
 * or of the certificate that an upstream is shown. */
struct yett_term {
	const char *kind;       /* "site", "trust", "upstream"; static */
	struct yett_slice name; /* lent by the rollout */
	int64_t from, to;       /* seconds since 1970 */
	uint64_t id;            /* of what it is that holds */
};

/* Hand all of them to `take`, always in the same order. */
void yett_rollout_terms(const struct yett_rollout *rollout,
    void (*take)(void *arg, const struct yett_term *term), void *arg);

/* "2027-03-15T12:00:00Z"; returns `out`. */
#define YETT_TERM_TEXT 24
const char *yett_term_date(int64_t at, char out[YETT_TERM_TEXT]);

#endif
