/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/record_entry_trusts.h"

#include <inttypes.h>
#include <stdio.h>

bool
yett_record_entry_trusts_known(const struct yett_record_entry_trusts *trusts)
{
	return trusts->by_name || trusts->recorded->format >= 2;
}

/* The id that the trust `name` had then; absent: the line does not say. */
static struct yett_slice
id_then(const struct yett_record_entry *recorded, struct yett_slice name)
{
	const struct yett_record_entry_pairs *ids = &recorded->trust_ids;

	for (uint32_t i = 0; i < ids->count; i++)
		if (yett_slice_eq(ids->at[i].name, name))
			return ids->at[i].value;
	return YETT_SLICE_NONE;
}

/* Whether what was called `name` then is this trust. */
static bool
is_trust(const struct yett_record_entry_trusts *trusts, struct yett_slice name,
    const struct yett_trust *trust)
{
	struct yett_slice then = id_then(trusts->recorded, name);
	char now[20];

	if (trusts->by_name || then.at == NULL)
		return yett_slice_eq(name, trust->name);
	snprintf(now, sizeof(now), "%016" PRIx64, trust->id);
	return yett_slice_eq(then, yett_slice_of(now));
}

static const struct yett_trust *
member(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust_set *set, uint32_t at)
{
	return yett_generation_trust(trusts->gen, set->index[at]);
}

bool
yett_record_entry_trusts_named(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust *trust)
{
	const struct yett_record_entry_list *named = &trusts->recorded->trusts;

	for (uint32_t i = 0; i < named->count; i++)
		if (is_trust(trusts, named->at[i], trust))
			return true;
	return false;
}

bool
yett_record_entry_trusts_were_asked(const struct yett_record_entry_trusts
					*trusts,
    const struct yett_trust_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (!yett_record_entry_trusts_named(trusts,
			member(trusts, set, i)))
			return false;
	return true;
}

bool
yett_record_entry_trusts_are(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust_set *set)
{
	return set->count == trusts->recorded->trusts.count &&
	    yett_record_entry_trusts_were_asked(trusts, set);
}

struct yett_slice
yett_record_entry_trusts_fared(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust *trust)
{
	const struct yett_record_entry_pairs *verified =
	    &trusts->recorded->verified;

	for (uint32_t i = 0; i < verified->count; i++)
		if (is_trust(trusts, verified->at[i].name, trust))
			return verified->at[i].value;
	return YETT_SLICE_NONE;
}

bool
yett_record_entry_trusts_verified(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust_set *set)
{
	for (uint32_t i = 0; i < set->count; i++)
		if (yett_slice_eq(yett_record_entry_trusts_fared(trusts,
				      member(trusts, set, i)),
			YETT_LIT("verified")))
			return true;
	return false;
}
