/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site_table.h - finds the site of a server name.
 *
 * An exact name takes precedence over "*.parent", which matches exactly one
 * label, and that over "*". At most two look-ups, however many sites there
 * are. Owns its tables, not the sites. All zero is a valid empty table; any
 * number of threads read it once nothing is added any more.
 */
#ifndef YETT_POLICY_SITE_TABLE_H
#define YETT_POLICY_SITE_TABLE_H

#include "policy/name_table.h"
#include "policy/rules.h"

struct yett_site_table {
	struct yett_name_table exact;    /* by name */
	struct yett_name_table wildcard; /* by name without its "*." */
	struct yett_site *any;           /* "*", or NULL */
};

/* Free the tables, not the sites. */
void yett_site_table_clear(struct yett_site_table *table);

/*
 * Add `site` under its name.
 * YETT_E_POLICY: the name is there; `fault` tells both places.
 * YETT_E_NOMEM: nothing changed.
 */
YETT_MUST_USE
enum yett_status yett_site_table_add(struct yett_site_table *table,
    struct yett_site *site, struct yett_fault *fault);

/* The site of a canonical name; an empty one finds only "*". NULL: none. */
const struct yett_site *
yett_site_table_find(const struct yett_site_table *table,
    struct yett_slice name);

#endif
