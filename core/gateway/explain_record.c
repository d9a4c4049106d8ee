/* SPDX-License-Identifier: Apache-2.0 */
/* Implements yett_policy_explain_recorded() of yett.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "gateway/inquiry.h"
#include "gateway/record_read.h"
#include "gateway/telling.h"

/* The one line that is looked for. */
struct search {
	struct yett_slice id;
	char *line;                    /* a copy; NULL: not found yet */
	struct yett_recorded recorded; /* points into it */
	enum yett_status status;
};

/* Ids are used once; should one come again, the last counts. */
static void
look_at(void *arg, char *line, size_t len)
{
	struct search *search = arg;
	struct yett_recorded recorded;
	char *copy;

	/* Most lines are others: parse only what may be it. */
	if (search->status != YETT_OK || len == 0 || search->id.len == 0 ||
	    memmem(line, len, search->id.at, search->id.len) == NULL)
		return;
	copy = malloc(len);
	if (copy == NULL) {
		search->status = YETT_E_NOMEM;
		return;
	}
	memcpy(copy, line, len);
	if (!yett_recorded_parse(copy, len, &recorded) ||
	    recorded.kind != YETT_RECORDED_REQUEST ||
	    !yett_slice_eq(recorded.id, search->id)) {
		free(copy);
		return;
	}
	free(search->line);
	search->line = copy;
	search->recorded = recorded;
}

static void
tell_step(void *arg, const char *step, const char *text,
    const struct yett_place *place)
{
	yett_telling_step(arg, step, yett_slice_of(text), place);
}

/* What happened then. */
static void
tell_recorded(const struct yett_trace *trace,
    const struct yett_recorded *recorded)
{
	time_t second = (time_t)(recorded->time / YETT_NS_PER_S);
	struct yett_slice client = recorded->client_ip.len > 0
	    ? recorded->client_ip
	    : YETT_LIT("not recorded");
	char when[40], status[16];
	struct tm parts;

	gmtime_r(&second, &parts);
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%SZ", &parts);
	yett_trace_step(trace, "recorded", NULL,
	    "%s, client %.*s, the handshake asked: %.*s%s", when,
	    YETT_ARG(client), YETT_ARG(recorded->asked),
	    recorded->resumed ? ", resumed" : "");
	snprintf(status, sizeof(status), " %u", (unsigned)recorded->status);
	/* What was recorded is the decision. What is allowed may be answered
	 * by the gateway after all, as with 413 or 502. */
	yett_trace_step(trace, "then", NULL, "%.*s%s%s%.*s%s%.*s%s%.*s%s",
	    YETT_ARG(recorded->outcome), recorded->status > 0 ? status : "",
	    recorded->reason.len > 0 ? " " : "", YETT_ARG(recorded->reason),
	    recorded->cause.len > 0 ? ", " : "", YETT_ARG(recorded->cause),
	    recorded->rule.len > 0 ? " by " : "", YETT_ARG(recorded->rule),
	    yett_slice_eq(recorded->outcome, YETT_LIT("allowed"))
		? "; the access log has its status"
		: "");
}

/* Whether there is enough for a story of how it was decided; else it would have
 * to be made up. */
static bool
has_a_story(const struct yett_recorded *recorded)
{
	return recorded->path.len > 0 && recorded->host.len > 0 &&
	    recorded->has_sent;
}

static enum yett_status
tell_again(struct yett_policy *policy, const struct yett_recorded *recorded,
    struct yett_telling *telling)
{
	const struct yett_trace trace = { tell_step, telling };
	struct yett_replay replay = {
		.gen = policy->loaded.gen,
		.functions = yett_instance_functions(policy->instance),
		.ids = calloc((size_t)yett_generation_trust_count(
				  policy->loaded.gen) +
			1,
		    sizeof(uint64_t)),
		.trace = has_a_story(recorded) ? &trace : NULL,
		.by_name = !yett_policy_knows_trusts(policy),
	};
	struct yett_replayed replayed;

	if (replay.ids == NULL)
		return YETT_E_NOMEM;
	tell_recorded(&trace, recorded);
	yett_replay_decide(&replay, recorded, &replayed);
	free(replay.ids);
	return yett_telling_replayed(telling, &replayed);
}

/* Find the decision `id`; the search is cleared with free(search->line). */
static enum yett_status
find_decision(struct search *search, const struct yett_policy *policy,
    const char *log, const char *id, struct yett_fault *fault)
{
	const struct yett_record_reader reader = { look_at, NULL, search };
	enum yett_status status;

	*search = (struct search){ .id = yett_slice_of(id) };
	if (log == NULL)
		log =
		    yett_generation_settings(policy->loaded.gen)->log.record.at;
	if (log == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "the policy names no record, and no log was given");
	status = yett_record_read(log, &reader, fault);
	if (status == YETT_OK)
		status = search->status;
	if (status == YETT_OK && search->line == NULL)
		status = yett_fail(fault, YETT_E_NOT_FOUND,
		    "there is no decision \"%s\" in %s, nor in the older "
		    "files beside it",
		    id, log);
	return status;
}

enum yett_status
yett_policy_explain_recorded(struct yett_policy *policy, const char *log,
    const char *id, enum yett_format format, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	struct yett_telling telling = { .format = format };
	struct search search;
	enum yett_status status = find_decision(&search, policy, log, id,
	    fault);
	struct yett_slice story;

	if (status == YETT_OK)
		status = tell_again(policy, &search.recorded, &telling);
	story = yett_buf_slice(&telling.out);
	if (status == YETT_OK)
		sink(arg, story.at, story.len);
	yett_buf_clear(&telling.out);
	free(search.line);
	return status;
}

/* --- an expression about it --- */

struct evaluation {
	struct yett_policy *policy;
	const char *text;
	char *out;
	size_t size;
	enum yett_status status;
	struct yett_fault *fault;
};

static uint32_t
evaluate(void *arg, const struct yett_request *request)
{
	struct evaluation *evaluation = arg;
	uint32_t read = 0;

	evaluation->status = yett_policy_evaluate_about(evaluation->policy,
	    evaluation->text, request, evaluation->out, evaluation->size, &read,
	    evaluation->fault);
	return evaluation->status == YETT_OK ? read : 0;
}

enum yett_status
yett_policy_evaluate_recorded(struct yett_policy *policy, const char *log,
    const char *id, const char *text, char *out, size_t size,
    struct yett_fault *fault)
{
	struct evaluation evaluation = { policy, text, out, size,
		YETT_E_NOT_FOUND, fault };
	struct yett_replayed replayed;
	struct search search;
	enum yett_status status = find_decision(&search, policy, log, id,
	    fault);
	struct yett_replay replay = {
		.gen = policy->loaded.gen,
		.functions = yett_instance_functions(policy->instance),
		.by_name = !yett_policy_knows_trusts(policy),
		.look = evaluate,
		.arg = &evaluation,
	};

	if (status == YETT_OK) {
		replay.ids =
		    calloc((size_t)yett_generation_trust_count(replay.gen) + 1,
			sizeof(uint64_t));
		if (replay.ids == NULL)
			status = YETT_E_NOMEM;
	}
	if (status == YETT_OK) {
		yett_replay_decide(&replay, &search.recorded, &replayed);
		status = evaluation.status;
		if (replayed.answer == YETT_REPLAY_UNTOLD)
			status = yett_fail(fault, YETT_E_NOT_FOUND,
			    "the record has no %s", replayed.missing);
		else if (status == YETT_E_NOT_FOUND)
			status = yett_fail(fault, status,
			    "under this policy there is no such request: %s",
			    replayed.after);
	}
	free(replay.ids);
	free(search.line);
	return status;
}
