/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/clock.h"
#include "rollout/record_line.h"
#include "tools/impact_report.h"
#include "tools/loaded_policy.h"
#include "tools/record_read.h"
#include "yett_tools.h"

/* The whole of one run. */
struct playback {
	struct yett_replay replay;
	struct yett_impact_report *impact;
	uint64_t from; /* wall clock: older decisions are left out */
	struct yett_record_entry recorded;
};

static void
play_line(void *arg, char *line, size_t len)
{
	struct playback *playback = arg;
	struct yett_impact_summary *summary = yett_impact_report_summary(
	    playback->impact);
	struct yett_replayed replayed;

	if (len == 0)
		return;
	if (!yett_record_entry_parse(line, len, &playback->recorded)) {
		summary->unreadable++;
		return;
	}
	if (playback->recorded.format > YETT_RECORD_FORMAT) {
		summary->later++;
		return;
	}
	switch (playback->recorded.kind) {
	case YETT_RECORD_ENTRY_OTHER: return;
	case YETT_RECORD_ENTRY_LOST:
		summary->lost += playback->recorded.lines;
		return;
	case YETT_RECORD_ENTRY_HELLO:
	case YETT_RECORD_ENTRY_REQUEST: break;
	}
	if (playback->recorded.time < playback->from) {
		summary->older++;
		return;
	}
	yett_replay_decide(&playback->replay, &playback->recorded, &replayed);
	yett_impact_report_add(playback->impact, &playback->recorded,
	    &replayed);
}

static void
skip_line(void *arg)
{
	struct playback *playback = arg;

	yett_impact_report_summary(playback->impact)->unreadable++;
}

static enum yett_status
play_all(struct playback *playback, struct yett_policy *policy,
    const struct yett_impact_options *options, struct yett_fault *fault)
{
	const char *own =
	    yett_generation_settings(policy->loaded.gen)->log.record.at;
	const struct yett_record_reader reader = { play_line, skip_line,
		playback };
	enum yett_status status = YETT_OK;

	if (options->log_count == 0 && own == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "the policy names no record, and no log was given");
	if (options->log_count == 0)
		return yett_record_read(own, &reader, fault);
	for (size_t i = 0; i < options->log_count && status == YETT_OK; i++)
		status = yett_record_read(options->log[i], &reader, fault);
	return status;
}

static enum yett_status
tell(struct playback *playback, const struct yett_impact_options *options,
    yett_text_sink sink, void *arg)
{
	struct yett_buf text = { 0 };
	enum yett_status status = YETT_E_ARGUMENT;
	struct yett_slice all;

	switch (options->format) {
	case YETT_FORMAT_SHORT:
	case YETT_FORMAT_TEXT:
		status = yett_impact_report_write_text(playback->impact, &text);
		break;
	case YETT_FORMAT_JSON:
		status = yett_impact_report_write_json(playback->impact, &text);
		break;
	}
	all = yett_buf_slice(&text);
	if (status == YETT_OK)
		sink(arg, all.at, all.len);
	yett_buf_clear(&text);
	return status;
}

enum yett_status
yett_policy_impact(struct yett_policy *policy,
    const struct yett_impact_options *options, yett_text_sink sink, void *arg,
    struct yett_impact_summary *out, struct yett_fault *fault)
{
	const struct yett_generation *gen = policy->loaded.gen;
	struct playback *playback = calloc(1, sizeof(*playback));
	enum yett_status status = YETT_E_NOMEM;

	if (playback == NULL)
		return YETT_E_NOMEM;
	playback->replay = (struct yett_replay){
		.gen = gen,
		.functions = yett_instance_functions(policy->instance),
		.ids = calloc((size_t)yett_generation_trust_count(gen) + 1,
		    sizeof(uint64_t)),
		.by_name = !yett_policy_knows_trusts(policy),
	};
	if (options->since_seconds > 0)
		playback->from = yett_clock_wall() -
		    options->since_seconds * YETT_NS_PER_S;
	if (playback->replay.ids == NULL ||
	    yett_impact_report_new(&playback->impact) != YETT_OK)
		goto out;
	yett_impact_report_summary(playback->impact)->trusts_by_name =
	    playback->replay.by_name;
	status = play_all(playback, policy, options, fault);
	if (status == YETT_OK && sink != NULL)
		status = tell(playback, options, sink, arg);
	if (status == YETT_OK && out != NULL)
		*out = *yett_impact_report_summary(playback->impact);
out:
	yett_impact_report_free(playback->impact);
	free(playback->replay.ids);
	free(playback);
	return status;
}
