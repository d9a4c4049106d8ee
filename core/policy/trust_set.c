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
