/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "gateway/impact.h"
#include "gateway/inquiry.h"

/* Read at once; a longer line is none of ours. */
#define CHUNK ((size_t)1024 * 1024)
#define ROTATED_MOST 1000

/* The whole of one run. */
struct playback {
	struct yett_replay replay;
	struct yett_impact *impact;
	uint64_t from; /* wall clock: older decisions are left out */
	struct yett_recorded recorded;
	char *chunk;
};

static void
play_line(struct playback *playback, char *line, size_t len)
{
	struct yett_impact_summary *summary = yett_impact_summary(
	    playback->impact);
	struct yett_replayed replayed;

	if (len == 0)
		return;
	if (!yett_recorded_parse(line, len, &playback->recorded)) {
		summary->unreadable++;
		return;
	}
	switch (playback->recorded.kind) {
	case YETT_RECORDED_OTHER: return;
	case YETT_RECORDED_LOST:
		summary->lost += playback->recorded.lines;
		return;
	case YETT_RECORDED_HELLO:
	case YETT_RECORDED_REQUEST: break;
	}
	if (playback->recorded.time < playback->from)
		return;
	yett_replay_decide(&playback->replay, &playback->recorded, &replayed);
	yett_impact_add(playback->impact, &playback->recorded, &replayed);
}

/* Play the whole lines of `len` bytes; how many bytes they are. */
static size_t
play_lines(struct playback *playback, size_t len)
{
	char *at = playback->chunk, *end = at + len, *stop;

	while ((stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		play_line(playback, at, (size_t)(stop - at));
		at = stop + 1;
	}
	return (size_t)(at - playback->chunk);
}

static enum yett_status
play_open_file(struct playback *playback, int fd, const char *path,
    struct yett_fault *fault)
{
	size_t have = 0, used;
	ssize_t got;

	while ((got = read(fd, playback->chunk + have, CHUNK - have)) > 0) {
		have += (size_t)got;
		used = play_lines(playback, have);
		if (used == 0 && have == CHUNK) {
			yett_impact_summary(playback->impact)->unreadable++;
			used = have;
		}
		have -= used;
		memmove(playback->chunk, playback->chunk + used, have);
	}
	if (got < 0)
		return yett_fail_errno(fault, errno, "cannot read %s", path);
	play_line(playback, playback->chunk, have);
	return YETT_OK;
}

static enum yett_status
play_file(struct playback *playback, const char *path, struct yett_fault *fault)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum yett_status status;

	if (fd < 0)
		return yett_fail_errno(fault, errno, "cannot read %s", path);
	status = play_open_file(playback, fd, path, fault);
	close(fd);
	return status;
}

/* A record with those that were rotated away from it, the oldest first. */
static enum yett_status
play_record(struct playback *playback, const char *path,
    struct yett_fault *fault)
{
	size_t size = strlen(path) + 16;
	char *name = malloc(size);
	enum yett_status status = YETT_OK;
	unsigned count = 0;

	if (name == NULL)
		return YETT_E_NOMEM;
	do
		snprintf(name, size, "%s.%u", path, ++count);
	while (count < ROTATED_MOST && access(name, R_OK) == 0);
	while (--count > 0 && status == YETT_OK) {
		snprintf(name, size, "%s.%u", path, count);
		status = play_file(playback, name, fault);
	}
	free(name);
	return status == YETT_OK ? play_file(playback, path, fault) : status;
}

static enum yett_status
play_all(struct playback *playback, struct yett_policy *policy,
    const struct yett_impact_options *options, struct yett_fault *fault)
{
	const char *own =
	    yett_generation_settings(policy->loaded.gen)->log.record.at;
	enum yett_status status = YETT_OK;

	if (options->log_count == 0 && own == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "the policy names no record, and no log was given");
	if (options->log_count == 0)
		return play_record(playback, own, fault);
	for (size_t i = 0; i < options->log_count && status == YETT_OK; i++)
		status = play_record(playback, options->log[i], fault);
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
		status = yett_impact_write_text(playback->impact, &text);
		break;
	case YETT_FORMAT_JSON:
		status = yett_impact_write_json(playback->impact, &text);
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
	};
	if (options->since_seconds > 0)
		playback->from = yett_clock_wall() -
		    options->since_seconds * YETT_NS_PER_S;
	playback->chunk = malloc(CHUNK);
	if (playback->chunk == NULL || playback->replay.ids == NULL ||
	    yett_impact_new(&playback->impact) != YETT_OK)
		goto out;
	status = play_all(playback, policy, options, fault);
	if (status == YETT_OK && sink != NULL)
		status = tell(playback, options, sink, arg);
	if (status == YETT_OK && out != NULL)
		*out = *yett_impact_summary(playback->impact);
out:
	yett_impact_free(playback->impact);
	free(playback->replay.ids);
	free(playback->chunk);
	free(playback);
	return status;
}
