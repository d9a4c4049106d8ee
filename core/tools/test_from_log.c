/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements yett_policy_test_from_log() of yett_tools.h: a test of a recorded
 * decision, which lua/yett/test/from_log.lua writes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rollout/record_line.h"
#include "script/workbench.h"
#include "tools/loaded_policy.h"
#include "tools/record_read.h"
#include "yett_tools.h"

/* Where the test goes, and why there is none. */
struct target {
	yett_text_sink write;
	void *arg;
	char lacks[256];
};

static enum yett_status
write_text(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	const struct target *target = arg;
	struct yett_slice text = yett_message_text(in, "text");

	(void)out;
	(void)fault;
	target->write(target->arg, text.at, text.len);
	return YETT_OK;
}

/* lacks { text } */
static enum yett_status
note_lacks(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct target *target = arg;
	struct yett_slice text = yett_message_text(in, "text");

	(void)out;
	(void)fault;
	snprintf(target->lacks, sizeof(target->lacks), "%.*s", YETT_ARG(text));
	return YETT_OK;
}

/* Looking for one decision in a record. */
struct search {
	char member[64]; /* as it stands in the line */
	struct yett_message *out;
	enum yett_status status; /* YETT_E_NOT_FOUND: not yet */
};

/* Add the line of the decision to `out`, as "line"; the newest one, should
 * there be two. */
static void
look_at_line(void *arg, char *line, size_t len)
{
	struct search *search = arg;

	if (memmem(line, len, search->member, strlen(search->member)) == NULL)
		return;
	yett_message_clear(search->out);
	search->status = yett_message_add(search->out, "line",
	    (struct yett_slice){ line, len });
}

static enum yett_status
read_line(const char *log, const char *id, struct yett_message *out,
    struct yett_fault *fault)
{
	struct search search = { .out = out, .status = YETT_E_NOT_FOUND };
	const struct yett_record_reader reader = { .line = look_at_line,
		.arg = &search };
	enum yett_status status;

	snprintf(search.member, sizeof(search.member), "\"id\":\"%.40s\"", id);
	status = yett_record_read(log, &reader, fault);
	if (status != YETT_OK)
		return status;
	if (search.status == YETT_E_NOT_FOUND)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "%s has no decision %s", log, id);
	return search.status;
}

/* The record that the policy in the file `path` names, as an owned text. */
static enum yett_status
record_of(const char *path, char **out, struct yett_fault *fault)
{
	struct yett_policy *policy = NULL;
	enum yett_status status = yett_policy_load(&policy, path, NULL, fault);
	const char *record;

	if (status != YETT_OK)
		return status;
	record = yett_generation_settings(policy->loaded.gen)->log.record.at;
	if (record == NULL) {
		status = yett_fail(fault, YETT_E_ARGUMENT,
		    "%s names no record, and no log was given", path);
	} else {
		*out = strdup(record);
		status = *out != NULL ? YETT_OK : YETT_E_NOMEM;
	}
	yett_policy_free(policy);
	return status;
}

static enum yett_status
write_test(const char *log, const char *id, const char *policy,
    struct target *target, struct yett_fault *fault)
{
	static const struct yett_workbench_function functions[] = {
		{ "write", write_text },
		{ "lacks", note_lacks },
		{ NULL, NULL },
	};
	struct yett_message arguments = { 0 };
	struct yett_workbench *bench = NULL;
	int written = 0;
	enum yett_status status = read_line(log, id, &arguments, fault);

	if (status == YETT_OK)
		status = yett_message_add_number(&arguments, "format",
		    YETT_RECORD_FORMAT);
	if (status == YETT_OK && policy != NULL)
		status = yett_message_add(&arguments, "policy",
		    yett_slice_of(policy));
	if (status == YETT_OK)
		status = yett_workbench_open(&bench, functions, target, fault);
	if (status == YETT_OK)
		status = yett_workbench_run(bench, "yett.test.from_log", NULL,
		    &arguments, &written, fault);
	yett_workbench_close(bench);
	yett_message_clear(&arguments);
	if (status == YETT_OK && !written)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "decision %s makes no test: %s", id, target->lacks);
	return status;
}

enum yett_status
yett_policy_test_from_log(const char *log, const char *id, const char *policy,
    yett_text_sink write, void *write_arg, struct yett_fault *fault)
{
	struct target target = { .write = write, .arg = write_arg };
	char *own = NULL;
	enum yett_status status = YETT_OK;

	if (log == NULL && policy == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "no record was given, and no policy that names it");
	if (log == NULL)
		status = record_of(policy, &own, fault);
	if (status == YETT_OK)
		status = write_test(log != NULL ? log : own, id, policy,
		    &target, fault);
	free(own);
	return status;
}
