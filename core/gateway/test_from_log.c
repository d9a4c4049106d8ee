/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/policy_test.h"
#include "script/workbench.h"

/* Where the test goes. */
struct target {
	yett_text_sink write;
	void *arg;
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

/* Add the line of the decision `id` in `file` to `out`, as "line". */
static enum yett_status
find_line(FILE *file, const char *log, const char *id, struct yett_message *out,
    struct yett_fault *fault)
{
	char member[64], *line = NULL;
	size_t room = 0;
	ssize_t len;
	enum yett_status status = YETT_E_NOT_FOUND;

	snprintf(member, sizeof(member), "\"id\":\"%.40s\"", id);
	while (status == YETT_E_NOT_FOUND &&
	    (len = getline(&line, &room, file)) > 0)
		if (strstr(line, member) != NULL)
			status = yett_message_add(out, "line",
			    (struct yett_slice){ line, (size_t)len });
	free(line);
	if (status == YETT_E_NOT_FOUND)
		return yett_fail(fault, status, "%s has no decision %s", log,
		    id);
	return status;
}

static enum yett_status
read_line(const char *log, const char *id, struct yett_message *out,
    struct yett_fault *fault)
{
	FILE *file = fopen(log, "re");
	enum yett_status status;

	if (file == NULL)
		return yett_fail_errno(fault, errno, "cannot open %s", log);
	status = find_line(file, log, id, out, fault);
	fclose(file);
	return status;
}

enum yett_status
yett_policy_test_from_log(const char *log, const char *id, const char *policy,
    yett_text_sink write, void *write_arg, struct yett_fault *fault)
{
	static const struct yett_workbench_function functions[] = {
		{ "write", write_text },
		{ NULL, NULL },
	};
	struct target target = { write, write_arg };
	struct yett_message arguments = { 0 };
	struct yett_workbench *bench = NULL;
	int written = 0;
	enum yett_status status = read_line(log, id, &arguments, fault);

	if (status == YETT_OK && policy != NULL)
		status = yett_message_add(&arguments, "policy",
		    yett_slice_of(policy));
	if (status == YETT_OK)
		status = yett_workbench_open(&bench, functions, &target, fault);
	if (status == YETT_OK)
		status = yett_workbench_run(bench, "yett.test_from_log", NULL,
		    &arguments, &written, fault);
	yett_workbench_close(bench);
	yett_message_clear(&arguments);
	if (status == YETT_OK && !written)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "the record of decision %s has too little for a test", id);
	return status;
}
