/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/path_trie.h"

#include <stdlib.h>

#include "policy/hash.h"
#include "policy/path_segments.h"
#include "policy/place.h"

/*
 * A place in the tree. The root is node 0. An exact rule has a place of its
 * own, a child with an empty label: few have one, and small is quick.
 */
struct node {
	const struct yett_rule *rule; /* NULL: only on the way to others */
	uint32_t label, label_len;    /* in the tree's text */
	uint32_t parent;
	uint32_t star; /* the child that is a glob's star; 0: none */
};

/*
 * An edge: the hash of all labels down to the child; 0 is a free slot. A hash
 * depends on the path alone and not on the nodes above, so that a processor
 * can fetch the slots of all depths at once.
 */
struct slot {
	uint32_t hash, child;
};

/* While it is built the parts have room for more; then they lie behind the
 * header in this order. */
struct yett_path_trie {
	struct slot *slot;
	struct node *node;
	char *text;
	uint32_t mask;  /* slots - 1 */
	uint32_t count; /* of nodes */
	uint32_t text_len;
	uint32_t depth; /* segments of the longest pattern */
	bool ignore_case;
	bool has_exact;
};

/* The label of an exact rule's place; no segment is empty. */
#define END YETT_LIT("")

/* A node together with its hash. */
struct position {
	uint64_t hash;
	uint32_t node;
};

struct search {
	const struct yett_path_trie *trie;
	const struct yett_path_segments *segments;
	const struct yett_rule *best;
	uint32_t best_depth;
};

/* --- edges */

/* The hash of a node, from that of its parent; the root has START. */
static uint64_t
hash_step(const struct yett_path_trie *trie, uint64_t hash,
    struct yett_slice label)
{
	return yett_hash(hash, label, trie->ignore_case);
}

static bool
is_labelled(const struct yett_path_trie *trie, const struct node *node,
    struct yett_slice label)
{
	struct yett_slice mine = { trie->text + node->label, node->label_len };

	return trie->ignore_case ? yett_slice_eq_nocase(mine, label)
				 : yett_slice_eq(mine, label);
}

/* The child of `parent` with this label and hash; 0: none. */
static uint32_t
find_child(const struct yett_path_trie *trie, uint32_t parent,
    struct yett_slice label, uint64_t hash)
{
	uint32_t mine = yett_hash_short(hash);

	for (uint32_t at = mine & trie->mask; trie->slot[at].child != 0;
	     at = (at + 1) & trie->mask) {
		const struct node *child = &trie->node[trie->slot[at].child];

		if (trie->slot[at].hash == mine && child->parent == parent &&
		    is_labelled(trie, child, label))
			return trie->slot[at].child;
	}
	return 0;
}

static void
add_slot(struct yett_path_trie *trie, struct slot edge)
{
	uint32_t at = edge.hash & trie->mask;

	while (trie->slot[at].child != 0)
		at = (at + 1) & trie->mask;
	trie->slot[at] = edge;
}

/* --- building */

static uint32_t
add_node(struct yett_path_trie *trie, uint32_t parent, struct yett_slice label)
{
	struct node *node = &trie->node[trie->count];

	*node = (struct node){ .label = trie->text_len,
		.label_len = (uint32_t)label.len,
		.parent = parent };
	memcpy(trie->text + trie->text_len, label.at, label.len);
	trie->text_len += node->label_len;
	return trie->count++;
}

/* Go to the child for `label`, which is made unless it is there. */
static void
step(struct yett_path_trie *trie, bool star, struct yett_slice label,
    struct position *at)
{
	uint64_t hash = hash_step(trie, at->hash, label);
	uint32_t child = star ? trie->node[at->node].star
			      : find_child(trie, at->node, label, hash);

	if (child == 0) {
		child = add_node(trie, at->node, label);
		if (star)
			trie->node[at->node].star = child;
		else
			add_slot(trie,
			    (struct slot){ yett_hash_short(hash), child });
	}
	*at = (struct position){ hash, child };
}

/* Go down the pattern of `rule` from the root. */
static enum yett_status
descend(struct yett_path_trie *trie, const struct yett_rule *rule,
    struct position *at, struct yett_fault *fault)
{
	struct yett_path_segments segments;

	yett_path_segments_parse(rule->pattern, YETT_PATH_SEGMENTS_MOST,
	    &segments);
	if (segments.more)
		return yett_fail_at(fault, &rule->place,
		    "%.*s has more than %d segments", YETT_ARG(rule->label),
		    YETT_PATH_SEGMENTS_MOST);
	for (uint32_t i = 0; i < segments.count; i++) {
		struct yett_slice label = segments.at[i];
		bool star = rule->kind == YETT_RULE_GLOB &&
		    memchr(label.at, '*', label.len) != NULL;

		if (star && label.len > 1)
			return yett_fail_at(fault, &rule->place,
			    "\"%.*s\" in %.*s: a '*' must be a whole segment",
			    YETT_ARG(label), YETT_ARG(rule->label));
		step(trie, star, label, at);
	}
	if (segments.count > trie->depth)
		trie->depth = segments.count;
	return YETT_OK;
}

static enum yett_status
check_pattern(const struct yett_rule *rule, struct yett_fault *fault)
{
	struct yett_slice pattern = rule->pattern;

	if (pattern.len == 0 || pattern.at[0] != '/')
		return yett_fail_at(fault, &rule->place,
		    "%.*s must start with '/'", YETT_ARG(rule->label));
	if (memchr(pattern.at, ';', pattern.len) != NULL)
		return yett_fail_at(fault, &rule->place,
		    "%.*s has a ';', but a segment is matched only up to its "
		    "first ';'",
		    YETT_ARG(rule->label));
	return YETT_OK;
}

static enum yett_status
fail_twice(const struct yett_site *site, const struct yett_rule *rule,
    const struct yett_rule *first, struct yett_fault *fault)
{
	char where[YETT_PLACE_TEXT];

	return yett_fail_at(fault, &rule->place,
	    "%.*s is declared twice in site \"%.*s\"; first as %.*s at %s",
	    YETT_ARG(rule->label), YETT_ARG(site->name), YETT_ARG(first->label),
	    yett_place_write(where, sizeof(where), &first->place));
}

static enum yett_status
add_rule(struct yett_path_trie *trie, const struct yett_site *site,
    const struct yett_rule *rule, struct yett_fault *fault)
{
	struct position at = { YETT_HASH_START, 0 };
	enum yett_status status = check_pattern(rule, fault);

	if (status == YETT_OK)
		status = descend(trie, rule, &at, fault);
	if (status != YETT_OK)
		return status;
	if (rule->kind == YETT_RULE_EXACT) {
		step(trie, false, END, &at);
		trie->has_exact = true;
	}
	if (trie->node[at.node].rule != NULL)
		return fail_twice(site, rule, trie->node[at.node].rule, fault);
	trie->node[at.node].rule = rule;
	return YETT_OK;
}

/* The least power of two that leaves a quarter of the slots free. */
static uint32_t
slots_for(uint32_t nodes)
{
	uint32_t slots = 4;

	while (slots / 4 * 3 < nodes)
		slots *= 2;
	return slots;
}

/* Make room for all that `site` can bring: a node for each slash and each
 * exact rule, and text for each letter. Freed with clear_parts(), whatever the
 * status. */
static enum yett_status
make_parts(struct yett_path_trie *trie, const struct yett_site *site)
{
	size_t nodes = 1, text = 1;

	for (uint32_t i = 0; i < site->rule_count; i++) {
		struct yett_slice pattern = site->rule[i]->pattern;

		text += pattern.len;
		for (size_t j = 0; j < pattern.len; j++)
			nodes += pattern.at[j] == '/';
		nodes += site->rule[i]->kind == YETT_RULE_EXACT;
	}
	if (text > UINT32_MAX / 4)
		return YETT_E_NOMEM;
	trie->mask = slots_for((uint32_t)nodes) - 1;
	trie->slot = calloc((size_t)trie->mask + 1, sizeof(*trie->slot));
	trie->node = calloc(nodes, sizeof(*trie->node));
	trie->text = malloc(text);
	trie->count = 1;
	return trie->slot == NULL || trie->node == NULL || trie->text == NULL
	    ? YETT_E_NOMEM
	    : YETT_OK;
}

static void
clear_parts(struct yett_path_trie *trie)
{
	free(trie->slot);
	free(trie->node);
	free(trie->text);
}

/* The tree as it stays: as small as it can be, in one piece of the arena. */
static const struct yett_path_trie *
settle(struct yett_arena *arena, const struct yett_path_trie *from)
{
	uint32_t slots = slots_for(from->count);
	size_t nodes = from->count * sizeof(*from->node);
	struct yett_path_trie *trie = yett_arena_alloc(arena,
	    sizeof(*trie) + slots * sizeof(*trie->slot) + nodes +
		from->text_len);

	if (trie == NULL)
		return NULL;
	*trie = *from;
	trie->slot = (struct slot *)(void *)(trie + 1);
	trie->node = (struct node *)(void *)(trie->slot + slots);
	trie->text = (char *)(trie->node + from->count);
	trie->mask = slots - 1;
	memcpy(trie->node, from->node, nodes);
	memcpy(trie->text, from->text, from->text_len);
	for (uint32_t i = 0; i <= from->mask; i++)
		if (from->slot[i].child != 0)
			add_slot(trie, from->slot[i]);
	return trie;
}

enum yett_status
yett_path_trie_build(struct yett_arena *arena, const struct yett_site *site,
    const struct yett_path_trie **out, struct yett_fault *fault)
{
	struct yett_path_trie trie = { .ignore_case = site->ignore_case };
	const struct yett_path_trie *settled = NULL;
	enum yett_status status;

	if (site->rule_count == 0) {
		*out = NULL;
		return YETT_OK;
	}
	status = make_parts(&trie, site);
	for (uint32_t i = 0; i < site->rule_count && status == YETT_OK; i++)
		status = add_rule(&trie, site, site->rule[i], fault);
	if (status == YETT_OK) {
		settled = settle(arena, &trie);
		status = settled == NULL ? YETT_E_NOMEM : YETT_OK;
	}
	clear_parts(&trie);
	if (status == YETT_OK)
		*out = settled;
	return status;
}

/* --- finding */

static struct position
child_of(const struct yett_path_trie *trie, struct position at,
    struct yett_slice label)
{
	uint64_t hash = hash_step(trie, at.hash, label);

	return (
	    struct position){ hash, find_child(trie, at.node, label, hash) };
}

/* At the end of the path: whether an exact rule is there, the best of all. */
static bool
find_exact(struct search *search, struct position at)
{
	const struct yett_path_trie *trie = search->trie;
	struct position end = { 0 };

	if (trie->has_exact && !search->segments->more)
		end = child_of(trie, at, END);
	if (end.node != 0)
		search->best = trie->node[end.node].rule;
	return end.node != 0;
}

/*
 * Walk on from `at`, `depth` segments down; true ends the search: an exact
 * rule was found. Literal children come first and only a deeper rule replaces
 * the best, so that of two equally long ones the literal stays. A node is
 * visited at most once, because only one way leads to it.
 */
static bool
walk(struct search *search, struct position at, uint32_t depth)
{
	const struct yett_path_trie *trie = search->trie;
	const struct node *node = &trie->node[at.node];
	struct position child;

	if (node->rule != NULL &&
	    (search->best == NULL || depth > search->best_depth)) {
		search->best = node->rule;
		search->best_depth = depth;
	}
	if (depth == search->segments->count)
		return find_exact(search, at);
	child = child_of(trie, at, search->segments->at[depth]);
	if (child.node != 0 && walk(search, child, depth + 1))
		return true;
	if (node->star == 0)
		return false;
	child.hash = hash_step(trie, at.hash, YETT_LIT("*"));
	child.node = node->star;
	return walk(search, child, depth + 1);
}

size_t
yett_path_trie_size(const struct yett_path_trie *trie)
{
	return trie == NULL
	    ? 0
	    : (size_t)(trie->text + trie->text_len - (const char *)trie);
}

const struct yett_rule *
yett_path_trie_find(const struct yett_path_trie *trie, struct yett_slice path)
{
	struct yett_path_segments segments;
	struct search search = { .trie = trie, .segments = &segments };
	struct position root = { YETT_HASH_START, 0 };

	if (trie == NULL)
		return NULL;
	yett_path_segments_parse(path, trie->depth, &segments);
	(void)walk(&search, root, 0); /* what it found is in search.best */
	return search.best;
}
