/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements yett_policy_test() of yett_tools.h. The language of tests, and
 * what is printed, are in lua/yett/test/; here is what these modules cannot do:
 * read files, load a policy and let it decide.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "script/workbench.h"
#include "tools/function_trace.h"
#include "tools/test_describe.h"
#include "yett_tools.h"

#define MOST_TEXT ((size_t)16 * 1024 * 1024)

/* CPU time that reading a test file may take, before its tests are run. */
#define READING_TIME (2 * YETT_NS_PER_S)

/* One run; the argument of all host functions. */
struct session {
	const struct yett_test_run *run;
	struct yett_workbench *bench;
	char reading[256];          /* the test file that is read, or empty */
	struct yett_policy *policy; /* that is tested now, or NULL */
	struct yett_function_trace
	    function_trace; /* of the policy's functions */
	/* What was said while it was loaded. */
	struct yett_buf told;
	enum yett_status told_status;
};

/* --- files and text --- */

/* folder_of { path } -> name (list), unless it is no folder */
static enum yett_status
list_folder(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct yett_message_writer writer = { out, YETT_OK };
	struct yett_slice *names;
	uint32_t count;
	enum yett_status status =
	    yett_folder_list(yett_message_text(in, "path").at,
		YETT_LIT("_test.lua"), &out->arena, &names, &count, fault);

	(void)arg;
	if (status == YETT_E_NOT_FOUND)
		return YETT_OK;
	if (status != YETT_OK)
		return status;
	yett_message_put_flag(&writer, "is_folder", true);
	for (uint32_t i = 0; i < count; i++)
		yett_message_put(&writer, "name", names[i]);
	return writer.status;
}

/* read { path } -> text */
static enum yett_status
read_text(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status =
	    yett_file_read(yett_message_text(in, "path").at, MOST_TEXT, &text,
		fault);

	(void)arg;
	if (status == YETT_OK)
		status = yett_message_add(out, "text", yett_buf_slice(&text));
	yett_buf_clear(&text);
	return status;
}

/* write { text } */
static enum yett_status
write_text(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	const struct session *session = arg;
	struct yett_slice text = yett_message_text(in, "text");

	(void)out;
	(void)fault;
	session->run->write(session->run->write_arg, text.at, text.len);
	return YETT_OK;
}

/* junit { text } */
static enum yett_status
write_junit(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	const struct session *session = arg;
	struct yett_slice text = yett_message_text(in, "text");

	(void)out;
	(void)fault;
	if (session->run->junit != NULL)
		session->run->junit(session->run->junit_arg, text.at, text.len);
	return YETT_OK;
}

/* reading { path }, or { } at its end: the module runs such a file */
static enum yett_status
note_reading(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct session *session = arg;
	struct yett_slice path = yett_message_text(in, "path");

	(void)out;
	(void)fault;
	snprintf(session->reading, sizeof(session->reading), "%.*s",
	    YETT_ARG(path));
	yett_workbench_hurry(session->bench, path.len > 0 ? READING_TIME : 0);
	return YETT_OK;
}

/* --- the policy --- */

static void
keep_told(void *arg, const char *text, size_t len)
{
	struct session *session = arg;

	if (session->told_status == YETT_OK)
		session->told_status = yett_buf_append(&session->told,
		    (struct yett_slice){ text, len });
}

/*
 * policy { path } -> fine, trust (list), rule_* and function_* (lists of one
 * length each); or told, what is wrong with it
 */
static enum yett_status
load_policy(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct session *session = arg;
	struct yett_report report = { .write = keep_told,
		.arg = session,
		.format = YETT_FORMAT_TEXT };
	enum yett_status status;

	yett_policy_free(session->policy);
	session->policy = NULL;
	yett_buf_clear(&session->told);
	session->told_status = YETT_OK;
	status = yett_policy_load(&session->policy,
	    yett_message_text(in, "path").at, &report, fault);
	if (status == YETT_OK)
		return yett_test_describe_policy(session->policy->loaded.gen,
		    out);
	if (status != YETT_E_POLICY || session->told_status != YETT_OK)
		return status;
	return yett_message_add(out, "told", yett_buf_slice(&session->told));
}

/* --- decisions --- */

/* Let the connection have been asked for the trusts of these names, although
 * the rules say something else: it is older than they are. A name that the
 * policy has not is of authorities that it does not know. */
static enum yett_status
ask_instead(const struct yett_generation *gen,
    struct yett_synthetic_request *synthetic, const struct yett_slice *names,
    uint32_t count)
{
	size_t room =
	    (size_t)yett_generation_trust_count(gen) * YETT_SYNTHETIC_MOST + 1;
	struct yett_asked *asked = &synthetic->asked;
	uint64_t *id = yett_arena_alloc(&synthetic->arena, room * sizeof(*id));

	if (id == NULL)
		return YETT_E_NOMEM;
	*asked = (struct yett_asked){ .need = YETT_NEED_REQUEST,
		.trust_id = id };
	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++) {
		const struct yett_trust *trust = yett_generation_trust(gen, i);

		for (uint32_t j = 0; j < count; j++)
			if (yett_slice_eq(trust->name, names[j]))
				id[asked->trust_count++] = trust->id;
	}
	return YETT_OK;
}

/* Let the facts be those of a connection that `in` tells of: was_not_asked, or
 * was_asked, the names of trusts. */
static enum yett_status
read_asked(const struct session *session, const struct yett_message *in,
    struct yett_synthetic_request *synthetic, bool *overruled)
{
	struct yett_slice names[YETT_SYNTHETIC_MOST];
	uint32_t count = yett_message_list(in, "was_asked", names,
	    YETT_SYNTHETIC_MOST);

	*overruled = count > 0 || yett_message_is(in, "was_not_asked");
	if (count > YETT_SYNTHETIC_MOST)
		count = YETT_SYNTHETIC_MOST;
	if (count > 0)
		return ask_instead(session->policy->loaded.gen, synthetic,
		    names, count);
	if (*overruled)
		yett_synthetic_request_not_asked(synthetic);
	return YETT_OK;
}

static void
plan_request(struct session *session, struct yett_synthetic_request *synthetic,
    const struct yett_functions *functions, struct yett_message_writer *out)
{
	struct yett_plan_facts facts = yett_synthetic_request_facts(synthetic,
	    session->policy->loaded.gen, functions);
	struct yett_plan plan;

	yett_raw_request_plan(&synthetic->raw, &facts, &plan);
	yett_message_put_word(out, "request_said",
	    session->function_trace.request);
	yett_test_describe_plan(session->policy, &plan, out);
}

static enum yett_status
decide_synthetic(struct session *session, const struct yett_message *in,
    struct yett_synthetic_request *synthetic, struct yett_message *out)
{
	const struct yett_generation *gen = session->policy->loaded.gen;
	const struct yett_functions functions =
	    yett_function_trace_functions(&session->function_trace,
		yett_instance_functions(session->policy->instance));
	struct yett_message_writer writer = { out, YETT_OK };
	struct yett_synthetic_end end = { .why = NULL };
	struct yett_hello_decision hello;
	bool overruled, completes = true;
	enum yett_status status = yett_synthetic_request_handshake(synthetic,
	    gen, &functions, &hello);

	if (status == YETT_OK)
		status = read_asked(session, in, synthetic, &overruled);
	if (status != YETT_OK)
		return status;
	yett_test_describe_hello(&hello, &writer);
	yett_message_put_word(&writer, "hello_said",
	    session->function_trace.hello);
	yett_synthetic_request_hide(synthetic);
	if (!overruled)
		completes = yett_synthetic_request_completes(synthetic, gen,
		    &hello, &end);
	yett_test_describe_end(&hello, completes, &end, &writer);
	if (completes && yett_message_text(in, "target").at != NULL)
		plan_request(session, synthetic, &functions, &writer);
	return writer.status;
}

/*
 * decide { facts as synthetic_request.h, was_not_asked, was_asked (list) } ->
 * asked, handshake, hello_said, reason and rule of one that was refused for its
 * certificate, and with a target on any other: request_said, status, reason,
 * rule and what else the test language can expect
 */
static enum yett_status
decide(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct session *session = arg;
	struct yett_synthetic_request synthetic;
	enum yett_status status;

	if (session->policy == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "no policy is loaded");
	status = yett_synthetic_request_read_message(&synthetic, in, fault);
	if (status != YETT_OK)
		return status;
	status = decide_synthetic(session, in, &synthetic, out);
	yett_synthetic_request_clear(&synthetic);
	return status;
}

/* --- public ------------------------------------------------------------- */

static enum yett_status
describe_run(const struct yett_test_run *run, struct yett_message *out)
{
	struct yett_message_writer writer = { out, YETT_OK };

	for (size_t i = 0; i < run->path_count; i++)
		yett_message_put_word(&writer, "path", run->paths[i]);
	if (run->filter != NULL)
		yett_message_put_word(&writer, "filter", run->filter);
	yett_message_put_flag(&writer, "verbose", run->verbose != 0);
	yett_message_put_flag(&writer, "tap", run->tap != 0);
	yett_message_put_flag(&writer, "junit", run->junit != NULL);
	yett_message_put_flag(&writer, "coverage", run->coverage != 0);
	yett_message_put_number(&writer, "coverage_min", run->coverage_min);
	return writer.status;
}

/* The run has ended before its end. Programs that read the results are told
 * so; the fault is for people. */
static enum yett_status
give_up(struct session *session, struct yett_message *arguments,
    enum yett_status status, const struct yett_fault *ended,
    struct yett_fault *fault)
{
	struct yett_fault why = *ended;

	if (status == YETT_E_LIMIT && session->reading[0] != '\0')
		snprintf(why.what, sizeof(why.what),
		    "reading %s has not ended after %u s: is there a loop "
		    "without end in it?",
		    session->reading, (unsigned)(READING_TIME / YETT_NS_PER_S));
	if (why.what[0] == '\0')
		(void)yett_fail(&why, status, "%s", yett_status_text(status));
	if (session->bench != NULL &&
	    yett_message_add(arguments, "ended", yett_slice_of(why.what)) ==
		YETT_OK)
		/* Best effort: what is wrong is told anyway. */
		(void)!yett_workbench_run(session->bench, "yett.test.output",
		    "bail_out", arguments, NULL, NULL);
	yett_fault_where(fault, "%s", why.where);
	return yett_fail(fault, status, "%s", why.what);
}

enum yett_status
yett_policy_test(const struct yett_test_run *run, int *passed,
    struct yett_fault *fault)
{
	static const struct yett_workbench_function functions[] = {
		{ "folder_of", list_folder },
		{ "read", read_text },
		{ "reading", note_reading },
		{ "write", write_text },
		{ "junit", write_junit },
		{ "policy", load_policy },
		{ "decide", decide },
		{ NULL, NULL },
	};
	struct session session = { .run = run };
	struct yett_message arguments = { 0 };
	struct yett_fault ended = YETT_FAULT_NONE;
	int result = 0;
	enum yett_status status;

	if (run->path_count == 0 || run->write == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "what to test and where to tell are needed");
	status = yett_workbench_open(&session.bench, functions, &session,
	    fault);
	if (status == YETT_OK)
		status = describe_run(run, &arguments);
	if (status == YETT_OK)
		status = yett_workbench_run(session.bench, "yett.test.run",
		    NULL, &arguments, &result, &ended);
	if (status != YETT_OK)
		status = give_up(&session, &arguments, status, &ended, fault);
	yett_workbench_close(session.bench);
	yett_message_clear(&arguments);
	yett_policy_free(session.policy);
	yett_buf_clear(&session.told);
	if (status == YETT_OK)
		*passed = result == 1;
	return status;
}
