/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/diff.h"

#include <stdio.h>

/* A name that `pattern` covers and, of both policies, no nearer site. */
static struct yett_slice
stand_in(const struct yett_generation *old, const struct yett_generation *now,
    struct yett_slice pattern, char *out, size_t size)
{
	for (unsigned i = 0; i < 1000; i++) {
		const struct yett_site *a, *b;
		struct yett_slice name;

		if (pattern.len == 1)
			snprintf(out, size, "any%u.name%u.invalid", i, i);
		else
			snprintf(out, size, "any%u%.*s", i,
			    (int)pattern.len - 1, pattern.at + 1);
		name = yett_slice_of(out);
		a = yett_generation_site(old, name);
		b = yett_generation_site(now, name);
		if ((a == NULL || !yett_slice_eq(a->name, name)) &&
		    (b == NULL || !yett_slice_eq(b->name, name)))
			return name;
	}
	return pattern;
}

/* Whether `gen` declares a site of this very name. */
static bool
declares(const struct yett_generation *gen, struct yett_slice name)
{
	const struct yett_site *site = yett_generation_site(gen, name);

	if (name.at[0] != '*')
		return site != NULL && yett_slice_eq(site->name, name);
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++)
		if (yett_slice_eq(yett_generation_site_at(gen, i)->name, name))
			return true;
	return false;
}

/* Tell the sites of `from`, but those that `but` declares too. */
static enum yett_status
diff_sites(const struct yett_generation *from,
    const struct yett_generation *but, const struct yett_generation *old,
    const struct yett_generation *now,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg)
{
	enum yett_status status = YETT_OK;
	char any[300];

	for (uint32_t i = 0;
	     status == YETT_OK && i < yett_generation_site_count(from); i++) {
		struct yett_slice name = yett_generation_site_at(from, i)->name;

		if (but != NULL && declares(but, name))
			continue;
		if (name.at[0] == '*')
			name = stand_in(old, now, name, any, sizeof(any));
		status = yett_diff_name(old, now, name, tell, arg);
	}
	return status;
}

enum yett_status
yett_diff(const struct yett_generation *old, const struct yett_generation *now,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg)
{
	enum yett_status status = diff_sites(old, NULL, old, now, tell, arg);

	return status == YETT_OK ? diff_sites(now, old, old, now, tell, arg)
				 : status;
}
