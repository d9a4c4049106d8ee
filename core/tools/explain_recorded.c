/* SPDX-License-Identifier: Apache-2.0 */
/* Implements yett_policy_explain_recorded() of yett_tools.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "tools/evaluate.h"
#include "tools/explanation.h"
#include "tools/loaded_policy.h"
#include "tools/record_read.h"
#include "yett_tools.h"

/* Ids are sixteen digits: eight of the run and the worker, eight that count
 * what this one answered (gateway/worker). */
#define ID_LEN 16
#define SOURCE_LEN 8

/* A decision of the same run and worker. */
struct neighbour {
	uint64_t number; /* 0: there is none */
	uint64_t generation;
};

/* The one line that is looked for, and those on both sides of it. */
struct search {
	struct yett_slice id;
	char *line;                        /* a copy; NULL: not found yet */
	struct yett_record_entry recorded; /* points into it */
	uint64_t number; /* of the id; 0: it is none of ours */
	struct neighbour before, after;
	bool has_gaps; /* lines were lost */
	enum yett_status status;
};

/* What stands behind the first `name` in a line; no string of a line can hold
 * a quote that is not escaped. */
static struct yett_slice
behind(const char *line, size_t len, struct yett_slice name)
{
	const char *at = memmem(line, len, name.at, name.len);

	if (at == NULL)
		return YETT_SLICE_NONE;
	at += name.len;
	return (struct yett_slice){ at, len - (size_t)(at - line) };
}

/* The count in an id, or 0. */
static uint64_t
number_of(struct yett_slice id)
{
	uint64_t number = 0;

	if (id.len < ID_LEN)
		return 0;
	for (size_t i = 0; i < ID_LEN; i++) {
		int digit = yett_hex_digit(id.at[i]);

		if (digit < 0)
			return 0;
		if (i >= SOURCE_LEN)
			number = number * 16 + (uint64_t)digit;
	}
	return number;
}

static uint64_t
generation_of(const char *line, size_t len)
{
	struct yett_slice text = behind(line, len, YETT_LIT("\"generation\":"));
	uint64_t generation = 0;

	for (size_t i = 0;
	     i < text.len && text.at[i] >= '0' && text.at[i] <= '9'; i++)
		generation = generation * 10 + (uint64_t)(text.at[i] - '0');
	return generation;
}

/* Keep the nearest decision on each side. */
static void
note_neighbour(struct search *search, const char *line, size_t len)
{
	struct yett_slice id = behind(line, len, YETT_LIT("\"id\":\""));
	uint64_t number = number_of(id);
	struct neighbour *side;

	if (behind(line, len, YETT_LIT("\"kind\":\"lost\"")).at != NULL)
		search->has_gaps = true;
	if (number == 0 || search->number == 0 ||
	    memcmp(id.at, search->id.at, SOURCE_LEN) != 0)
		return;
	side = number < search->number ? &search->before : &search->after;
	if (side->number == 0 ||
	    (number < search->number ? number > side->number
				     : number < side->number))
		*side = (struct neighbour){ number, generation_of(line, len) };
}

/* Ids are used once; should one come again, the last counts. */
static void
look_at(void *arg, char *line, size_t len)
{
	struct search *search = arg;
	struct yett_record_entry recorded;
	char *copy;

	if (search->status != YETT_OK || len == 0 || search->id.len == 0)
		return;
	/* Most lines are others: parse only what may be it. */
	if (memmem(line, len, search->id.at, search->id.len) == NULL) {
		note_neighbour(search, line, len);
		return;
	}
	copy = malloc(len);
	if (copy == NULL) {
		search->status = YETT_E_NOMEM;
		return;
	}
	memcpy(copy, line, len);
	if (!yett_record_entry_parse(copy, len, &recorded) ||
	    recorded.kind != YETT_RECORD_ENTRY_REQUEST ||
	    !yett_slice_eq(recorded.id, search->id)) {
		free(copy);
		return;
	}
	free(search->line);
	search->line = copy;
	search->recorded = recorded;
}

/* Every decision has its line while a policy with a record is in force. So an
 * id between two of one generation is of a request that came to none. */
static bool
was_never_decided(const struct search *search)
{
	return search->before.number != 0 && search->after.number != 0 &&
	    search->before.generation == search->after.generation &&
	    !search->has_gaps;
}

/* A worker hands over its lines once a second: when it has written none that is
 * younger, this one may be among those it holds. */
static bool
may_come(const struct search *search)
{
	return search->number != 0 && search->after.number == 0;
}

static void
tell_step(void *arg, const char *step, const char *text,
    const struct yett_place *place)
{
	yett_explanation_step(arg, step, yett_slice_of(text), place);
}

/* What happened then. */
static void
tell_recorded(const struct yett_trace *trace,
    const struct yett_record_entry *recorded)
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
	    "%s, client %.*s, the handshake asked: %.*s%s%s%.*s%s%.*s", when,
	    YETT_ARG(client), YETT_ARG(recorded->asked),
	    recorded->resumed ? ", resumed" : "",
	    recorded->group.len > 0 ? "; group " : "",
	    YETT_ARG(recorded->group),
	    recorded->signature.len > 0 ? ", signature " : "",
	    YETT_ARG(recorded->signature));
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
has_a_story(const struct yett_record_entry *recorded)
{
	return recorded->path.len > 0 && recorded->host.len > 0 &&
	    recorded->has_sent;
}

static enum yett_status
tell_again(struct yett_policy *policy, const struct yett_record_entry *recorded,
    struct yett_explanation *explanation)
{
	const struct yett_trace trace = { tell_step, explanation };
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
	return yett_explanation_replayed(explanation, &replayed);
}

/* Find the decision `id`; the search is cleared with free(search->line). */
static enum yett_status
find_decision(struct search *search, const struct yett_policy *policy,
    const char *log, const char *id, struct yett_fault *fault)
{
	const struct yett_record_reader reader = { look_at, NULL, search };
	enum yett_status status;

	*search = (struct search){ .id = yett_slice_of(id) };
	if (search->id.len == ID_LEN)
		search->number = number_of(search->id);
	if (log == NULL)
		log =
		    yett_generation_settings(policy->loaded.gen)->log.record.at;
	if (log == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "the policy names no record, and no log was given");
	status = yett_record_read(log, &reader, fault);
	if (status == YETT_OK)
		status = search->status;
	if (status != YETT_OK || search->line != NULL)
		return status;
	if (was_never_decided(search))
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "\"%s\" was refused before any decision, as what is no "
		    "HTTP, too long or too slow, or came in clear text: only "
		    "the access log has it",
		    id);
	return yett_fail(fault, YETT_E_NOT_FOUND,
	    "there is no decision \"%s\" in %s, nor in the older files beside "
	    "it%s; what is refused before any decision is in the access log",
	    id, log,
	    may_come(search) ? ", yet: decisions are written up to a second "
			       "after the answer, so try again"
			     : "");
}

enum yett_status
yett_policy_explain_recorded(struct yett_policy *policy, const char *log,
    const char *id, enum yett_format format, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	struct yett_explanation explanation = { .format = format };
	struct search search;
	enum yett_status status = find_decision(&search, policy, log, id,
	    fault);
	struct yett_slice story;

	if (status == YETT_OK)
		status = tell_again(policy, &search.recorded, &explanation);
	story = yett_buf_slice(&explanation.out);
	if (status == YETT_OK)
		sink(arg, story.at, story.len);
	yett_buf_clear(&explanation.out);
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
