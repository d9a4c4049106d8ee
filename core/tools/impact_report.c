/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/impact_report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/plural.h"
#include "policy/hash.h"

#define GROUPS_MOST 256
#define CLIENTS_MOST 16384 /* of one group */
#define NETWORKS_MOST 4096
#define NETWORKS_SHOWN 5

/* A set of hashes that grows up to CLIENTS_MOST; 0 is a free slot. */
struct clients {
	uint64_t *slot;
	uint32_t count, size;
};

/* Decisions that change alike by one rule. */
struct group {
	enum yett_replay_answer answer;
	char before[64], after[160]; /* or, in `after`, what is missing */
	const struct yett_site *site;
	const struct yett_rule *rule;
	bool handshake;
	uint64_t count;
	struct clients clients;
};

struct network {
	char name[64];
	uint64_t count;
};

struct yett_impact_report {
	struct yett_impact_summary summary;
	struct group group[GROUPS_MOST];
	uint32_t groups;
	uint64_t ungrouped; /* changes beyond the bound */
	struct network network[NETWORKS_MOST];
	uint32_t networks;
};

/* --- counting --- */

static void
place(uint64_t *slot, uint32_t size, uint64_t hash, uint32_t *count)
{
	uint32_t at = (uint32_t)hash & (size - 1);

	while (slot[at] != 0 && slot[at] != hash)
		at = (at + 1) & (size - 1);
	*count += slot[at] == 0;
	slot[at] = hash;
}

static bool
grow(struct clients *clients)
{
	uint32_t size = clients->size == 0 ? 16 : clients->size * 2;
	uint64_t *slot = calloc(size, sizeof(*slot));
	uint32_t count = 0;

	if (slot == NULL)
		return false;
	for (uint32_t i = 0; i < clients->size; i++)
		if (clients->slot[i] != 0)
			place(slot, size, clients->slot[i], &count);
	free(clients->slot);
	*clients = (struct clients){ slot, count, size };
	return true;
}

static void
add_client(struct clients *clients, struct yett_slice client)
{
	uint64_t hash = yett_hash(YETT_HASH_START, client, false);

	if (client.at == NULL || clients->count == CLIENTS_MOST)
		return;
	if (clients->count * 2 >= clients->size && !grow(clients))
		return;
	place(clients->slot, clients->size, hash == 0 ? 1 : hash,
	    &clients->count);
}

/* "10.4.7.0/24", "2001:db8:1:": the first three parts say where a client
 * is. */
static void
write_network(char *out, size_t size, struct yett_slice client)
{
	bool four = memchr(client.at, '.', client.len) != NULL;
	char border = four ? '.' : ':';
	size_t len = 0;

	for (int borders = 0; len < client.len; len++)
		if (client.at[len] == border && ++borders == 3)
			break;
	snprintf(out, size, "%.*s%s", (int)len, client.at,
	    four ? ".0/24" : "::/48");
}

static void
add_network(struct yett_impact_report *impact, struct yett_slice client)
{
	char name[64];

	if (client.at == NULL)
		return;
	write_network(name, sizeof(name), client);
	for (uint32_t i = 0; i < impact->networks; i++)
		if (strcmp(impact->network[i].name, name) == 0) {
			impact->network[i].count++;
			return;
		}
	if (impact->networks == NETWORKS_MOST)
		return;
	memcpy(impact->network[impact->networks].name, name, sizeof(name));
	impact->network[impact->networks++].count = 1;
}

static struct group *
find_group(struct yett_impact_report *impact,
    const struct yett_replayed *replayed, bool handshake)
{
	const char *after = replayed->answer == YETT_REPLAY_UNTOLD
	    ? replayed->missing
	    : replayed->after;
	struct group *group;

	for (uint32_t i = 0; i < impact->groups; i++) {
		group = &impact->group[i];
		if (group->answer == replayed->answer &&
		    group->rule == replayed->rule &&
		    group->site == replayed->site &&
		    group->handshake == handshake &&
		    strcmp(group->before, replayed->before) == 0 &&
		    strcmp(group->after, after) == 0)
			return group;
	}
	if (impact->groups == GROUPS_MOST)
		return NULL;
	group = &impact->group[impact->groups++];
	group->answer = replayed->answer;
	group->rule = replayed->rule;
	group->site = replayed->site;
	group->handshake = handshake;
	snprintf(group->before, sizeof(group->before), "%s", replayed->before);
	snprintf(group->after, sizeof(group->after), "%s", after);
	return group;
}

void
yett_impact_report_add(struct yett_impact_report *impact,
    const struct yett_record_entry *recorded,
    const struct yett_replayed *replayed)
{
	struct yett_impact_summary *summary = &impact->summary;
	bool handshake = recorded->kind == YETT_RECORD_ENTRY_HELLO;
	struct group *group;

	summary->decisions++;
	summary->late_if_open += replayed->late_if_open;
	summary->newly_refused += replayed->newly_refused;
	summary->newly_asked += replayed->newly_asked;
	switch (replayed->answer) {
	case YETT_REPLAY_SAME: summary->same++; return;
	case YETT_REPLAY_CHANGED:
		summary->changed++;
		add_network(impact, recorded->client_ip);
		break;
	case YETT_REPLAY_UNTOLD: summary->untold++; break;
	}
	group = find_group(impact, replayed, handshake);
	if (group == NULL) {
		impact->ungrouped++;
		return;
	}
	group->count++;
	add_client(&group->clients, recorded->client_ip);
}

/* --- telling --- */

static int
by_count(const void *a, const void *b)
{
	const struct group *left = a, *right = b;

	return (left->count < right->count) - (left->count > right->count);
}

static int
by_network_count(const void *a, const void *b)
{
	const struct network *left = a, *right = b;

	return (left->count < right->count) - (left->count > right->count);
}

static void
sort(struct yett_impact_report *impact)
{
	qsort(impact->group, impact->groups, sizeof(impact->group[0]),
	    by_count);
	qsort(impact->network, impact->networks, sizeof(impact->network[0]),
	    by_network_count);
}

/* 'site "portal.example", path "/reports" (new.lua:21)', or the site's: rules
 * that are shared have one place on several sites. */
static void
write_rule(char *out, size_t size, const struct group *group)
{
	struct yett_slice label = group->rule != NULL ? group->rule->label
	    : group->site != NULL                     ? group->site->label
						      : YETT_LIT("no site");
	const struct yett_place *place = group->rule != NULL
	    ? &group->rule->place
	    : group->site != NULL ? &group->site->place
				  : NULL;

	bool both = group->rule != NULL && group->site != NULL;
	struct yett_slice site = both ? group->site->label : YETT_LIT("");

	if (yett_slice_eq(site, label))
		site = YETT_LIT("");
	if (place == NULL || place->line == 0)
		snprintf(out, size, "%.*s%s%.*s", YETT_ARG(site),
		    site.len > 0 ? ", " : "", YETT_ARG(label));
	else
		snprintf(out, size, "%.*s%s%.*s (%.*s:%u)", YETT_ARG(site),
		    site.len > 0 ? ", " : "", YETT_ARG(label),
		    YETT_ARG(place->file), place->line);
}

static enum yett_status
write_group(struct yett_buf *out, const struct group *group)
{
	char what[256], rule[512];

	if (group->answer == YETT_REPLAY_UNTOLD)
		snprintf(what, sizeof(what), "%scannot be told: %s",
		    group->handshake ? "handshake " : "", group->after);
	else
		snprintf(what, sizeof(what), "%s -> %s", group->before,
		    group->after);
	write_rule(rule, sizeof(rule), group);
	return yett_buf_printf(out, "  %-44s %10" PRIu64 " %8u%s  %s\n", what,
	    group->count, group->clients.count,
	    group->clients.count == CLIENTS_MOST ? "+" : " ", rule);
}

static enum yett_status
write_networks(struct yett_buf *out, const struct yett_impact_report *impact)
{
	enum yett_status status;

	if (impact->networks == 0)
		return YETT_OK;
	status = yett_buf_printf(out, "\n  most affected: ");
	for (uint32_t i = 0;
	     status == YETT_OK && i < impact->networks && i < NETWORKS_SHOWN;
	     i++)
		status = yett_buf_printf(out, "%s%s (%" PRIu64 ")",
		    i > 0 ? ", " : "", impact->network[i].name,
		    impact->network[i].count);
	if (status == YETT_OK)
		status = yett_buf_append(out, YETT_LIT("\n"));
	return status;
}

static enum yett_status
write_notes(struct yett_buf *out, const struct yett_impact_report *impact)
{
	const struct yett_impact_summary *summary = &impact->summary;
	const struct {
		uint64_t count;
		const char *noun, *what;
	} notes[] = {
		{ summary->newly_refused, "decision", "newly refused" },
		{ summary->newly_asked, "connection",
		    "newly asked for a certificate: people see a picker" },
		{ summary->late_if_open, "decision",
		    "late on a connection that is open while the policy "
		    "changes" },
		{ impact->ungrouped, "more change",
		    "of too many kinds to list" },
		{ summary->lost, "decision", "lost instead of being recorded" },
		{ summary->unreadable, "line",
		    "of something else than a "
		    "record" },
		{ summary->later, "line", "of a later version of yett" },
	};
	enum yett_status status = YETT_OK;

	for (size_t i = 0;
	     status == YETT_OK && i < sizeof(notes) / sizeof(notes[0]); i++)
		if (notes[i].count > 0)
			status = yett_buf_printf(out, "  %" PRIu64 " %s%s %s\n",
			    notes[i].count, notes[i].noun,
			    yett_plural(notes[i].count), notes[i].what);
	if (status == YETT_OK && summary->trusts_by_name)
		status = yett_buf_printf(out,
		    "  The authorities of this policy cannot be read: trusts "
		    "are told apart by their names.\n");
	return status;
}

enum yett_status
yett_impact_report_write_text(struct yett_impact_report *impact,
    struct yett_buf *out)
{
	const struct yett_impact_summary *summary = &impact->summary;
	enum yett_status status = yett_buf_printf(out,
	    "Replayed %" PRIu64 " decision%s (%" PRIu64 " exactly; %" PRIu64
	    " cannot be told)\n",
	    summary->decisions, yett_plural(summary->decisions),
	    summary->decisions - summary->untold, summary->untold);

	sort(impact);
	if (status == YETT_OK && impact->groups > 0)
		status = yett_buf_printf(out, "\n  %-44s %10s %8s   %s\n",
		    "changes", "decisions", "clients", "rule");
	for (uint32_t i = 0; status == YETT_OK && i < impact->groups; i++)
		status = write_group(out, &impact->group[i]);
	if (status == YETT_OK)
		status = yett_buf_printf(out, "  %-44s %10" PRIu64 "\n",
		    "unchanged", summary->same);
	if (status == YETT_OK)
		status = write_networks(out, impact);
	return status == YETT_OK ? write_notes(out, impact) : status;
}

/* --- JSON --- */

static enum yett_status
write_string(struct yett_buf *out, const char *name, const char *text)
{
	enum yett_status status = yett_buf_printf(out, "\"%s\":\"", name);

	if (status == YETT_OK)
		status = yett_json_append_words(out, yett_slice_of(text));
	return status == YETT_OK ? yett_buf_append(out, YETT_LIT("\""))
				 : status;
}

static enum yett_status
write_json_group(struct yett_buf *out, const struct group *group)
{
	bool untold = group->answer == YETT_REPLAY_UNTOLD;
	char rule[512];
	enum yett_status status = yett_buf_printf(out, "{");

	write_rule(rule, sizeof(rule), group);
	if (status == YETT_OK && !untold)
		status = write_string(out, "before", group->before);
	if (status == YETT_OK && !untold)
		status = yett_buf_append(out, YETT_LIT(","));
	if (status == YETT_OK)
		status = write_string(out, untold ? "missing" : "after",
		    group->after);
	if (status == YETT_OK)
		status = yett_buf_append(out, YETT_LIT(","));
	if (status == YETT_OK)
		status = write_string(out, "rule", rule);
	if (status == YETT_OK)
		status = yett_buf_printf(out,
		    ",\"handshake\":%s,\"decisions\":%" PRIu64
		    ",\"clients\":%u}",
		    group->handshake ? "true" : "false", group->count,
		    group->clients.count);
	return status;
}

/* The groups that are, or are not, untold. */
static enum yett_status
write_json_groups(struct yett_buf *out, const struct yett_impact_report *impact,
    bool untold)
{
	enum yett_status status = YETT_OK;
	bool first = true;

	for (uint32_t i = 0; status == YETT_OK && i < impact->groups; i++) {
		const struct group *group = &impact->group[i];

		if ((group->answer == YETT_REPLAY_UNTOLD) != untold)
			continue;
		if (!first)
			status = yett_buf_append(out, YETT_LIT(","));
		first = false;
		if (status == YETT_OK)
			status = write_json_group(out, group);
	}
	return status;
}

static enum yett_status
write_json_networks(struct yett_buf *out,
    const struct yett_impact_report *impact)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0;
	     status == YETT_OK && i < impact->networks && i < NETWORKS_SHOWN;
	     i++)
		status = yett_buf_printf(out,
		    "%s{\"network\":\"%s\",\"decisions\":%" PRIu64 "}",
		    i > 0 ? "," : "", impact->network[i].name,
		    impact->network[i].count);
	return status;
}

enum yett_status
yett_impact_report_write_json(struct yett_impact_report *impact,
    struct yett_buf *out)
{
	const struct yett_impact_summary *summary = &impact->summary;
	enum yett_status status = yett_buf_printf(out,
	    "{\"decisions\":%" PRIu64 ",\"same\":%" PRIu64
	    ",\"changed\":%" PRIu64 ",\"untold\":%" PRIu64
	    ",\"newly_refused\":%" PRIu64 ",\"newly_asked\":%" PRIu64
	    ",\"late_if_open\":%" PRIu64 ",\"lost\":%" PRIu64
	    ",\"unreadable\":%" PRIu64 ",\"later\":%" PRIu64
	    ",\"ungrouped\":%" PRIu64 ",\"trusts_by_name\":%s,\"changes\":[",
	    summary->decisions, summary->same, summary->changed,
	    summary->untold, summary->newly_refused, summary->newly_asked,
	    summary->late_if_open, summary->lost, summary->unreadable,
	    summary->later, impact->ungrouped,
	    summary->trusts_by_name ? "true" : "false");

	sort(impact);
	if (status == YETT_OK)
		status = write_json_groups(out, impact, false);
	if (status == YETT_OK)
		status = yett_buf_printf(out, "],\"cannot_be_told\":[");
	if (status == YETT_OK)
		status = write_json_groups(out, impact, true);
	if (status == YETT_OK)
		status = yett_buf_printf(out, "],\"networks\":[");
	if (status == YETT_OK)
		status = write_json_networks(out, impact);
	return status == YETT_OK ? yett_buf_printf(out, "]}\n") : status;
}

/* --- making and ending --- */

enum yett_status
yett_impact_report_new(struct yett_impact_report **out)
{
	struct yett_impact_report *impact = calloc(1, sizeof(*impact));

	if (impact == NULL)
		return YETT_E_NOMEM;
	*out = impact;
	return YETT_OK;
}

void
yett_impact_report_free(struct yett_impact_report *impact)
{
	if (impact == NULL)
		return;
	for (uint32_t i = 0; i < impact->groups; i++)
		free(impact->group[i].clients.slot);
	free(impact);
}

struct yett_impact_summary *
yett_impact_report_summary(struct yett_impact_report *impact)
{
	return &impact->summary;
}
