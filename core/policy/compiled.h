/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compiled.h - the inside of a draft and of a generation.
 *
 * Private to draft.c, generation.c, derive.c and site_check.c. A draft is a
 * generation that no other thread sees yet, plus what only writing needs.
 */
#ifndef YETT_POLICY_COMPILED_H
#define YETT_POLICY_COMPILED_H

#include <stdatomic.h>

#include "base/arena.h"
#include "policy/name_table.h"
#include "policy/rules.h"
#include "policy/site_table.h"

/* A growing list of pointers. Owns the list, not what it points to. */
struct yett_pointers {
	void **at;
	uint32_t count, cap;
};

/* Frozen after yett_draft_freeze(), but for `references`. */
struct yett_generation {
	atomic_uint references;
	uint64_t id;
	uint8_t digest[32];
	struct yett_arena arena; /* everything declared */
	struct yett_settings settings;
	struct yett_pointers listens, trusts, upstreams, sites;
	struct yett_site_table table;
	void *held; /* the upper layer's; NULL: none */
	void (*release)(void *held);
};

/* One thread. */
struct yett_draft {
	struct yett_generation *gen; /* NULL once frozen */
	struct yett_name_table trust_names;
	struct yett_name_table trust_sets; /* by the bytes of their indexes */
};

/* Free without looking at the references. NULL is fine. */
void yett_generation_destroy(struct yett_generation *gen);

#endif
