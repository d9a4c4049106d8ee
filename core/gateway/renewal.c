/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/renewal.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"

#define DAY_S ((int64_t)24 * 3600)
/* Seconds between two looks at the dates. */
#define PAUSE_S 60

/* --- what was renewed --- */

/* All terms of a rollout, in their order. */
struct terms {
	struct yett_term *at;
	size_t count, room;
};

static void
collect(void *arg, const struct yett_term *term)
{
	struct terms *terms = arg;

	if (terms->count < terms->room)
		terms->at[terms->count] = *term;
	terms->count++;
}

/* NULL: memory is out. */
static struct yett_term *
list(const struct yett_rollout *rollout, size_t *count)
{
	struct terms terms = { .count = 0 };

	yett_rollout_terms(rollout, collect, &terms);
	terms.at = calloc(terms.count + 1, sizeof(*terms.at));
	if (terms.at == NULL)
		return NULL;
	terms.room = terms.count;
	terms.count = 0;
	yett_rollout_terms(rollout, collect, &terms);
	*count = terms.room;
	return terms.at;
}

static bool
is_same(const struct yett_term *term, const struct yett_term *list,
    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].kind == term->kind &&
		    yett_slice_eq(list[i].name, term->name))
			return list[i].from == term->from &&
			    list[i].to == term->to && list[i].id == term->id;
	return false;
}

/* Usually the same is at the same place. */
static bool
is_known(const struct yett_term *term, size_t index,
    const struct yett_term *before, size_t count)
{
	return (index < count && is_same(term, &before[index], 1)) ||
	    is_same(term, before, count);
}

void
yett_renewal_tell(const struct yett_rollout *before,
    const struct yett_rollout *now)
{
	size_t old_count = 0, count = 0;
	struct yett_term *old = list(before, &old_count);
	struct yett_term *new = list(now, &count);
	char name[300], until[YETT_TERM_TEXT];

	for (size_t i = 0; old != NULL && new != NULL &&i < count; i++)
		if (!is_known(&new[i], i, old, old_count))
			yett_log(YETT_LOG_INFO, "renewed",
			    "generation=%" PRIu64 " %s=%s until=%s",
			    yett_generation_id(now->gen), new[i].kind,
			    yett_log_quote(name, sizeof(name), new[i].name),
			    yett_term_date(new[i].to, until));
	free(old);
	free(new);
}

/* --- what ends --- */

/* One look at all terms. */
struct look {
	struct yett_renewal_watch *watch;
	int64_t now;
	size_t index;
};

static int64_t
lesser(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static uint8_t
stage_of(const struct yett_term *term, int64_t now)
{
	int64_t left = term->to - now;
	int64_t third = (term->to - term->from) / 3;

	if (left < 0)
		return 4;
	if (left < lesser(DAY_S, third))
		return 3;
	if (left < lesser(7 * DAY_S, third))
		return 2;
	return left < lesser(30 * DAY_S, third) ? 1 : 0;
}

static void
count_term(void *arg, const struct yett_term *term)
{
	size_t *count = arg;

	(void)term;
	(*count)++;
}

static void
tell_stage(void *arg, const struct yett_term *term)
{
	struct look *look = arg;
	uint8_t stage = stage_of(term, look->now);
	uint8_t *told = &look->watch->stage[look->index++];
	char name[300], until[YETT_TERM_TEXT];

	if (stage <= *told)
		return;
	*told = stage;
	yett_log(stage >= 3 ? YETT_LOG_ERROR : YETT_LOG_WARN,
	    stage == 4 ? "certificate-ended" : "certificate-ends",
	    "%s=%s until=%s left=%" PRId64 "s", term->kind,
	    yett_log_quote(name, sizeof(name), term->name),
	    yett_term_date(term->to, until), term->to - look->now);
}

/* Begin anew with another generation; false: memory is out. */
static bool
follow(struct yett_renewal_watch *watch, const struct yett_rollout *rollout)
{
	size_t count = 0;
	uint8_t *stage;

	yett_rollout_terms(rollout, count_term, &count);
	stage = calloc(count + 1, 1);
	if (stage == NULL)
		return false;
	free(watch->stage);
	*watch = (struct yett_renewal_watch){ .stage = stage,
		.count = count,
		.generation = yett_generation_id(rollout->gen) };
	return true;
}

void
yett_renewal_tend(struct yett_renewal_watch *watch,
    const struct yett_rollout *rollout, int64_t now)
{
	struct look look = { .watch = watch, .now = now };
	bool is_new = watch->generation != yett_generation_id(rollout->gen);

	if ((!is_new && now < watch->next) ||
	    (is_new && !follow(watch, rollout)))
		return;
	watch->next = now + PAUSE_S;
	yett_rollout_terms(rollout, tell_stage, &look);
}

void
yett_renewal_clear(struct yett_renewal_watch *watch)
{
	free(watch->stage);
	*watch = (struct yett_renewal_watch){ .count = 0 };
}
