/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/site_table.h"

#include "policy/path_trie.h"
#include "policy/place.h"

void
yett_site_table_clear(struct yett_site_table *table)
{
	yett_name_table_clear(&table->exact);
	yett_name_table_clear(&table->wildcard);
	table->any = NULL;
}

static struct yett_slice
skip(struct yett_slice name, size_t len)
{
	return (struct yett_slice){ name.at + len, name.len - len };
}

static enum yett_status
fail_twice(const struct yett_site *site, const struct yett_site *first,
    struct yett_fault *fault)
{
	char where[YETT_PLACE_TEXT];

	return yett_fail_at(fault, &site->place,
	    "site \"%.*s\" is declared twice; first at %s",
	    YETT_ARG(site->name),
	    yett_place_write(where, sizeof(where), &first->place));
}

static enum yett_status
add_name(struct yett_name_table *table, struct yett_slice name,
    struct yett_site *site, struct yett_fault *fault)
{
	const struct yett_site *first = yett_name_table_find(table, name);

	if (first != NULL)
		return fail_twice(site, first, fault);
	if (yett_name_table_reserve(table) != YETT_OK)
		return YETT_E_NOMEM;
	yett_name_table_add_with(table, name, site, site->paths,
	    yett_path_trie_size(site->paths));
	return YETT_OK;
}

enum yett_status
yett_site_table_add(struct yett_site_table *table, struct yett_site *site,
    struct yett_fault *fault)
{
	if (yett_slice_starts_with(site->name, YETT_LIT("*.")))
		return add_name(&table->wildcard, skip(site->name, 2), site,
		    fault);
	if (!yett_slice_eq(site->name, YETT_LIT("*")))
		return add_name(&table->exact, site->name, site, fault);
	if (table->any != NULL)
		return fail_twice(site, table->any, fault);
	table->any = site;
	return YETT_OK;
}

const struct yett_site *
yett_site_table_find(const struct yett_site_table *table,
    struct yett_slice name)
{
	const struct yett_site *site;
	const char *dot;

	if (name.len == 0)
		return table->any;
	site = yett_name_table_find(&table->exact, name);
	dot = site == NULL ? memchr(name.at, '.', name.len) : NULL;
	if (dot != NULL && dot != name.at)
		site = yett_name_table_find(&table->wildcard,
		    skip(name, (size_t)(dot - name.at) + 1));
	return site != NULL ? site : table->any;
}
