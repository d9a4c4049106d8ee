/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/path_walk.h"

#include <stdlib.h>

#include "policy/path_segments.h"

#define VISITS_MOST 200000
#define PATH_MOST 4000

/* A pattern that the path so far meets. */
struct live {
	struct yett_path_segments segments;
	bool glob, fold;
};

struct walk {
	struct live *live; /* of both sites */
	uint32_t count;
	char path[PATH_MOST];
	uint32_t visits;
	bool folds, cares; /* some site ignores case; some does not */
	bool (*visit)(void *arg, struct yett_slice path);
	void *arg;
	bool ended;
};

/* Patterns by their place in walk->live. */
struct patterns {
	uint32_t *at;
	uint32_t count;
};

static bool
is_star(const struct live *live, uint32_t depth)
{
	return live->glob &&
	    yett_slice_eq(live->segments.at[depth], YETT_LIT("*"));
}

static bool
meets(const struct live *live, uint32_t depth, struct yett_slice segment)
{
	struct yett_slice label;

	if (depth >= live->segments.count)
		return false;
	label = live->segments.at[depth];
	return is_star(live, depth) ||
	    (live->fold ? yett_slice_eq_nocase(label, segment)
			: yett_slice_eq(label, segment));
}

/* --- the segments of a depth */

/* Texts in an array that is freed as a whole. */
struct segments {
	struct yett_slice *at;
	uint32_t count, cap;
};

static void
clear_segments(struct segments *segments)
{
	for (uint32_t i = 0; i < segments->count; i++)
		free((void *)(uintptr_t)segments->at[i].at);
	free(segments->at);
}

static bool
has_segment(const struct segments *segments, struct yett_slice text, bool fold)
{
	for (uint32_t i = 0; i < segments->count; i++)
		if (fold ? yett_slice_eq_nocase(segments->at[i], text)
			 : yett_slice_eq(segments->at[i], text))
			return true;
	return false;
}

static enum yett_status
add_segment(struct segments *segments, struct yett_slice text)
{
	char *copy;

	if (segments->count == segments->cap) {
		uint32_t cap = segments->cap * 2 + 8;
		struct yett_slice *at = reallocarray(segments->at, cap,
		    sizeof(*at));

		if (at == NULL)
			return YETT_E_NOMEM;
		segments->at = at;
		segments->cap = cap;
	}
	copy = malloc(text.len + 1);
	if (copy == NULL)
		return YETT_E_NOMEM;
	memcpy(copy, text.at, text.len);
	segments->at[segments->count++] = (struct yett_slice){ copy, text.len };
	return YETT_OK;
}

static bool
is_letter(char c)
{
	c = yett_lower(c);
	return c >= 'a' && c <= 'z';
}

/* The label with letters in upper case where `mask` has a bit; false: it has
 * fewer letters than bits. Escapes stay as they are: a client may write them in
 * either case, and they become normal. */
static bool
set_case(char *out, struct yett_slice label, uint64_t mask)
{
	size_t escape = 0; /* digits that are left of one */

	for (size_t i = 0; i < label.len; i++) {
		out[i] = escape > 0 ? label.at[i] : yett_lower(label.at[i]);
		if (escape > 0) {
			escape--;
			continue;
		}
		if (out[i] == '%')
			escape = 2;
		if (!is_letter(out[i]))
			continue;
		if (mask & 1)
			out[i] = (char)(out[i] - 'a' + 'A');
		mask >>= 1;
	}
	return mask == 0;
}

/*
 * Where one site ignores case and the other does not, a segment may meet the
 * one's pattern and none of the other's: among one more forms than there are
 * patterns there is such a one, if there is any.
 */
static enum yett_status
add_forms(struct segments *segments, struct yett_slice label, uint32_t patterns)
{
	enum yett_status status = YETT_OK;
	char *form = malloc(label.len + 1);

	if (form == NULL)
		return YETT_E_NOMEM;
	for (uint64_t mask = 0; status == YETT_OK && mask <= patterns; mask++) {
		struct yett_slice text = { form, label.len };

		if (!set_case(form, label, mask))
			break;
		if (!has_segment(segments, text, false))
			status = add_segment(segments, text);
	}
	free(form);
	return status;
}

/* A segment that no pattern has here. */
static enum yett_status
add_other(struct segments *segments)
{
	char other[80] = "other";

	while (has_segment(segments, yett_slice_of(other), true)) {
		if (strlen(other) + 2 > sizeof(other))
			return YETT_E_LIMIT;
		strcat(other, "-");
	}
	return add_segment(segments, yett_slice_of(other));
}

static enum yett_status
list_segments(const struct walk *walk, const struct patterns *patterns,
    uint32_t depth, struct segments *out)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; status == YETT_OK && i < patterns->count; i++) {
		const struct live *live = &walk->live[patterns->at[i]];
		struct yett_slice label;

		if (depth >= live->segments.count || is_star(live, depth))
			continue;
		label = live->segments.at[depth];
		if (!has_segment(out, label, walk->folds && !walk->cares))
			status = add_segment(out, label);
		if (status == YETT_OK && walk->folds && walk->cares)
			status = add_forms(out, label, patterns->count);
	}
	return status == YETT_OK ? add_other(out) : status;
}

/* --- going down */

static enum yett_status go_down(struct walk *walk,
    const struct patterns *patterns, uint32_t depth, size_t len);

/* Append `segment` to the path of `len` bytes, and go on below it. */
static enum yett_status
step(struct walk *walk, const struct patterns *patterns, uint32_t depth,
    size_t len, struct yett_slice segment)
{
	struct patterns below = { NULL, 0 };
	enum yett_status status;

	if (walk->ended)
		return YETT_OK;
	if (len + 1 + segment.len >= sizeof(walk->path))
		return YETT_E_LIMIT;
	below.at = calloc((size_t)patterns->count + 1, sizeof(*below.at));
	if (below.at == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < patterns->count; i++)
		if (meets(&walk->live[patterns->at[i]], depth, segment))
			below.at[below.count++] = patterns->at[i];
	walk->path[len++] = '/';
	memcpy(walk->path + len, segment.at, segment.len);
	status = go_down(walk, &below, depth + 1, len + segment.len);
	free(below.at);
	return status;
}

/* Visit the path of `len` bytes, and if a pattern goes on, all below. */
static enum yett_status
go_down(struct walk *walk, const struct patterns *patterns, uint32_t depth,
    size_t len)
{
	struct segments segments = { NULL, 0, 0 };
	enum yett_status status;
	struct yett_slice path = { walk->path, len };

	if (len == 0)
		path = YETT_LIT("/");
	if (++walk->visits > VISITS_MOST)
		return YETT_E_LIMIT;
	walk->ended = !walk->visit(walk->arg, path);
	if (walk->ended || patterns->count == 0)
		return YETT_OK;
	status = list_segments(walk, patterns, depth, &segments);
	for (uint32_t i = 0; status == YETT_OK && i < segments.count; i++)
		status = step(walk, patterns, depth, len, segments.at[i]);
	clear_segments(&segments);
	return status;
}

static void
add_site(struct walk *walk, const struct yett_site *site)
{
	walk->folds |= site->ignore_case;
	walk->cares |= !site->ignore_case;
	for (uint32_t i = 0; i < site->rule_count; i++) {
		struct live *live = &walk->live[walk->count++];

		yett_path_segments_parse(site->rule[i]->pattern,
		    YETT_PATH_SEGMENTS_MOST, &live->segments);
		live->glob = site->rule[i]->kind == YETT_RULE_GLOB;
		live->fold = site->ignore_case;
	}
}

enum yett_status
yett_path_walk(const struct yett_site *a, const struct yett_site *b,
    bool (*visit)(void *arg, struct yett_slice path), void *arg)
{
	size_t most = (size_t)a->rule_count + b->rule_count;
	struct walk *walk = calloc(1, sizeof(*walk));
	struct patterns all = { calloc(most + 1, sizeof(*all.at)), 0 };
	enum yett_status status = YETT_E_NOMEM;

	if (walk != NULL)
		walk->live = calloc(most + 1, sizeof(*walk->live));
	if (walk != NULL && walk->live != NULL && all.at != NULL) {
		walk->visit = visit;
		walk->arg = arg;
		add_site(walk, a);
		add_site(walk, b);
		for (; all.count < walk->count; all.count++)
			all.at[all.count] = all.count;
		status = go_down(walk, &all, 0, 0);
	}
	free(all.at);
	if (walk != NULL)
		free(walk->live);
	free(walk);
	return status;
}
