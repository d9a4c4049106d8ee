/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/priorities.h"

#include <stdlib.h>

#include "policy/place.h"

struct yett_priorities {
	struct yett_priority **distinct;
	size_t count;
	const struct yett_priority **of_site; /* by the site's index */
};

void
yett_priorities_close(struct yett_priorities *priorities)
{
	if (priorities == NULL)
		return;
	for (size_t i = 0; i < priorities->count; i++)
		yett_priority_close(priorities->distinct[i]);
	free(priorities->distinct);
	free(priorities->of_site);
	free(priorities);
}

static struct yett_slice
text_of(const struct yett_site *site)
{
	return site->priority.at != NULL ? site->priority
					 : YETT_LIT(YETT_TLS_PRIORITY);
}

/* The compiled form of `text`, which is not the last of many as a rule. */
static enum yett_status
find_or_open(struct yett_priorities *priorities, struct yett_slice text,
    const struct yett_priority **out, struct yett_fault *fault)
{
	struct yett_priority **grown;
	enum yett_status status;

	for (size_t i = 0; i < priorities->count; i++) {
		*out = priorities->distinct[i];
		if (yett_slice_eq(yett_priority_text(*out), text))
			return YETT_OK;
	}
	grown = reallocarray(priorities->distinct, priorities->count + 1,
	    sizeof(*grown));
	if (grown == NULL)
		return YETT_E_NOMEM;
	priorities->distinct = grown;
	status = yett_priority_open(&grown[priorities->count], text, fault);
	if (status == YETT_OK)
		*out = grown[priorities->count++];
	return status;
}

enum yett_status
yett_priorities_open(struct yett_priorities **out,
    const struct yett_generation *gen, struct yett_fault *fault)
{
	uint32_t sites = yett_generation_site_count(gen);
	struct yett_priorities *priorities = calloc(1, sizeof(*priorities));
	enum yett_status status = YETT_E_NOMEM;

	if (priorities == NULL)
		return YETT_E_NOMEM;
	priorities->of_site = calloc(sites + 1, sizeof(*priorities->of_site));
	if (priorities->of_site != NULL)
		status = YETT_OK;
	for (uint32_t i = 0; i < sites && status == YETT_OK; i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);
		struct yett_fault found = YETT_FAULT_NONE;

		status = find_or_open(priorities, text_of(site),
		    &priorities->of_site[i], &found);
		if (status == YETT_E_POLICY)
			status = yett_fail_at(fault, &site->place, "%s",
			    found.what);
	}
	if (status != YETT_OK) {
		yett_priorities_close(priorities);
		return status;
	}
	*out = priorities;
	return YETT_OK;
}

const struct yett_priority *
yett_priorities_of(const struct yett_priorities *priorities,
    const struct yett_site *site)
{
	return priorities->of_site[site->index];
}
