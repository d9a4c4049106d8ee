/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/trust_set.h"

#include <stdio.h>

bool
yett_trust_sets_meet(const struct yett_trust_set *a,
    const struct yett_trust_set *b)
{
	uint32_t i = 0, j = 0;

	while (i < a->count && j < b->count) {
		if (a->index[i] == b->index[j])
			return true;
		if (a->index[i] < b->index[j])
			i++;
		else
			j++;
	}
	return false;
}

static bool
has_name(const struct yett_generation *gen, const struct yett_trust_set *set,
    struct yett_slice name)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (yett_slice_eq(yett_generation_trust(gen, set->index[i])
				      ->name,
			name))
			return true;
	return false;
}

bool
yett_trust_sets_eq(const struct yett_generation *a_gen,
    const struct yett_trust_set *a, const struct yett_generation *b_gen,
    const struct yett_trust_set *b)
{
	if (a->count != b->count)
		return false;
	for (uint32_t i = 0; i < a->count; i++)
		if (!has_name(b_gen, b,
			yett_generation_trust(a_gen, a->index[i])->name))
			return false;
	return true;
}

bool
yett_trust_set_was_asked(const struct yett_generation *gen,
    const struct yett_trust_set *set, const struct yett_asked *asked)
{
	for (uint32_t i = 0; i < set->count; i++) {
		uint64_t id = yett_generation_trust(gen, set->index[i])->id;

		for (uint32_t j = 0; j < asked->trust_count; j++)
			if (asked->trust_id[j] == id)
				return true;
	}
	return false;
}

const char *
yett_trust_set_write(char *out, size_t size, const struct yett_generation *gen,
    const struct yett_trust_set *set)
{
	size_t used = 0;

	out[0] = '\0';
	for (uint32_t i = 0; i < set->count && used < size; i++) {
		const struct yett_trust *trust = yett_generation_trust(gen,
		    set->index[i]);

		used += (size_t)snprintf(out + used, size - used, "%s\"%.*s\"",
		    i == 0 ? "" : ", ", YETT_ARG(trust->name));
	}
	return out;
}
