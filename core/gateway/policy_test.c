/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/policy_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/folder.h"
#include "gateway/answer.h"
#include "gateway/hearing.h"
#include "gateway/supposed.h"
#include "policy/judge.h"
#include "policy/review_paths.h"
#include "script/workbench.h"
#include "tls/gate.h"

#define MOST_TEXT ((size_t)16 * 1024 * 1024)

/* CPU time that reading a test file may take, before its tests are run. */
#define READING_TIME (2 * YETT_NS_PER_S)

/* One run; the argument of all host functions. */
struct session {
	const struct yett_test_run *run;
	struct yett_workbench *bench;
	char reading[256];           /* the test file that is read, or empty */
	struct yett_policy *policy;  /* that is tested now, or NULL */
	struct yett_hearing hearing; /* of the policy's functions */
	/* What was said while it was loaded. */
	struct yett_buf told;
	enum yett_status told_status;
};

/* A message that is being written; after a failure nothing more is. */
struct writing {
	struct yett_message *out;
	enum yett_status status;
};

static void
put(struct writing *writing, const char *name, struct yett_slice text)
{
	if (writing->status == YETT_OK && text.at != NULL)
		writing->status = yett_message_add(writing->out, name, text);
}

static void
put_word(struct writing *writing, const char *name, const char *word)
{
	put(writing, name, yett_slice_of(word));
}

static void
put_number(struct writing *writing, const char *name, int64_t number)
{
	if (writing->status == YETT_OK)
		writing->status = yett_message_add_number(writing->out, name,
		    number);
}

static void
put_flag(struct writing *writing, const char *name, bool is)
{
	put_word(writing, name, is ? "true" : "false");
}

static void
put_place(struct writing *writing, const char *name,
    const struct yett_place *place)
{
	char text[512];

	snprintf(text, sizeof(text), "%.*s:%u", YETT_ARG(place->file),
	    place->line);
	put_word(writing, name, text);
}

/* --- files and text --- */

/* folder_of { path } -> name (list), unless it is no folder */
static enum yett_status
list_folder(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct writing writing = { out, YETT_OK };
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
	put_flag(&writing, "is_folder", true);
	for (uint32_t i = 0; i < count; i++)
		put(&writing, "name", names[i]);
	return writing.status;
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

/* Whether a certificate can be found revoked at this rule. */
static bool
has_crl(const struct yett_generation *gen, const struct yett_rule *rule)
{
	for (uint32_t i = 0; i < rule->trusts.count; i++)
		if (yett_generation_trust(gen, rule->trusts.index[i])
			->crl_count > 0)
			return true;
	return false;
}

static void
put_rule(struct writing *writing, const struct yett_generation *gen,
    const struct yett_site *site, const struct yett_rule *rule)
{
	put(writing, "rule_site", site->label);
	put(writing, "rule_label", rule->label);
	put_place(writing, "rule_place", &rule->place);
	put_word(writing, "rule_need", yett_need_name(rule->need));
	put_flag(writing, "rule_identity", rule->identity != NULL);
	put_flag(writing, "rule_crl", has_crl(gen, rule));
	put_flag(writing, "rule_asked", site->ask.need != YETT_NEED_NONE);
}

static void
put_function(struct writing *writing, const struct yett_site *site,
    const char *name)
{
	put(writing, "function_site", site->label);
	put_word(writing, "function_name", name);
	put_place(writing, "function_place", &site->place);
}

static enum yett_status
describe_policy(const struct yett_generation *gen, struct yett_message *out)
{
	struct writing writing = { out, YETT_OK };

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		put(&writing, "trust", yett_generation_trust(gen, i)->name);
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		for (uint32_t j = 0; j < site->rule_count; j++)
			put_rule(&writing, gen, site, site->rule[j]);
		if (yett_review_falls_back(site))
			put_rule(&writing, gen, site, &site->fallback);
		if (site->hello_function >= 0)
			put_function(&writing, site, "client_hello");
		if (site->request_function >= 0)
			put_function(&writing, site, "request");
	}
	put_flag(&writing, "fine", true);
	return writing.status;
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
		return describe_policy(session->policy->loaded.gen, out);
	if (status != YETT_E_POLICY || session->told_status != YETT_OK)
		return status;
	return yett_message_add(out, "told", yett_buf_slice(&session->told));
}

/* --- decisions --- */

static const char *
asked_word(const struct yett_hello_decision *hello)
{
	return hello->action == YETT_HANDSHAKE_GO ? yett_need_name(hello->need)
						  : "refused";
}

static void
put_hello(struct writing *writing, const struct yett_hello_decision *hello)
{
	put_word(writing, "asked", asked_word(hello));
	put(writing, "asked_why", hello->why);
	if (hello->site != NULL)
		put(writing, "site", hello->site->label);
	if (hello->because != NULL)
		put(writing, "because", hello->because->label);
}

/* Why a handshake that requires a certificate refuses this one; the rule is
 * the site's own, or else a function required it. */
static void
put_refusal(struct writing *writing, const struct yett_site *site,
    const struct yett_judgement *judgement)
{
	put_word(writing, "reason", yett_reason_name(judgement->reason));
	if (judgement->cause != YETT_CAUSE_NONE)
		put_word(writing, "cause", yett_cause_name(judgement->cause));
	if (site->fallback.need == YETT_NEED_REQUIRE) {
		put(writing, "rule", site->fallback.label);
		put_place(writing, "rule_place", &site->fallback.place);
	}
}

/* Tell how a handshake ends; true if without a session: nobody is there, a
 * function refused, no protocol is shared, or a certificate is required in it
 * and did not verify. */
static bool
put_end(struct writing *writing, const struct session *session,
    const struct yett_supposed *supposed,
    const struct yett_hello_decision *hello)
{
	struct yett_gate_refusal refusal;
	bool refused = !yett_gate_decision(&supposed->of_hello.hello, hello,
			   &refusal) ||
	    !yett_gate_protocol(&supposed->of_hello.hello, &refusal);

	if (!refused && hello->need == YETT_NEED_REQUIRE) {
		struct yett_judgement judgement =
		    yett_judge_peer(session->policy->loaded.gen, &hello->trusts,
			&supposed->request.peer);

		refused = judgement.verified == NULL;
		if (refused)
			put_refusal(writing, hello->site, &judgement);
	}
	put_word(writing, "handshake", refused ? "refused" : "complete");
	return refused;
}

/* What the connection was asked although the rules say something else: the
 * connection is older than they are. The trusts' ids are in `id`. */
static void
ask_instead(const struct session *session, struct yett_asked *asked,
    const struct yett_slice *names, uint32_t count, uint64_t *id)
{
	const struct yett_generation *gen = session->policy->loaded.gen;
	struct yett_asked other = { .trust_id = id };

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++) {
		const struct yett_trust *trust = yett_generation_trust(gen, i);

		for (uint32_t j = 0; j < count; j++)
			if (yett_slice_eq(trust->name, names[j]))
				id[other.trust_count++] = trust->id;
	}
	if (other.trust_count > 0)
		other.need = YETT_NEED_REQUEST;
	*asked = other;
}

/* Let the facts be those of a connection that `in` tells of: was_asked is
 * "false", or the names of trusts. */
static enum yett_status
read_asked(const struct session *session, const struct yett_message *in,
    struct yett_supposed *supposed, bool *overruled)
{
	struct yett_slice names[YETT_SUPPOSED_MOST];
	uint32_t count = yett_message_list(in, "was_asked", names,
	    YETT_SUPPOSED_MOST);
	uint64_t *id;

	*overruled = count > 0 || yett_message_is(in, "was_not_asked");
	if (!*overruled)
		return YETT_OK;
	if (count > YETT_SUPPOSED_MOST)
		count = YETT_SUPPOSED_MOST;
	id = yett_arena_alloc(&supposed->arena,
	    (yett_generation_trust_count(session->policy->loaded.gen) *
		    (size_t)YETT_SUPPOSED_MOST +
		1) *
		sizeof(*id));
	if (id == NULL)
		return YETT_E_NOMEM;
	ask_instead(session, &supposed->request.asked, names, count, id);
	return YETT_OK;
}

static const char *
verdict_word(enum yett_verdict verdict)
{
	switch (verdict) {
	case YETT_VERDICT_ALLOW: return "allow";
	case YETT_VERDICT_REDIRECT: return "redirect";
	case YETT_VERDICT_REFUSE: break;
	}
	return "refuse";
}

static void
put_location(struct writing *writing, const struct yett_answer *answer)
{
	struct yett_buf location = { 0 };

	if (writing->status == YETT_OK)
		writing->status = yett_answer_write_location(answer, &location);
	put(writing, "location", yett_buf_slice(&location));
	yett_buf_clear(&location);
}

static void
put_answer(struct writing *writing, const struct yett_decision *decision)
{
	struct yett_answer answer;

	if (decision->verdict == YETT_VERDICT_ALLOW) {
		put_number(writing, "status", 200);
		return;
	}
	yett_answer_for(decision, &answer);
	put_number(writing, "status", answer.status);
	if (answer.reason != YETT_REASON_NONE)
		put_word(writing, "reason", yett_reason_name(answer.reason));
	if (answer.cause != YETT_CAUSE_NONE)
		put_word(writing, "cause", yett_cause_name(answer.cause));
	if (answer.hresult != 0)
		put_number(writing, "hresult", answer.hresult);
	put(writing, "title", answer.title);
	put_location(writing, &answer);
}

static void
put_decision(struct writing *writing, const struct session *session,
    const struct yett_decision *decision)
{
	put_word(writing, "verdict", verdict_word(decision->verdict));
	put_answer(writing, decision);
	put(writing, "why", decision->why);
	put_flag(writing, "close", decision->close);
	put_flag(writing, "by_function", decision->by_function);
	if (decision->verified != NULL)
		put(writing, "trust", decision->verified->name);
	if (decision->shadow != YETT_REASON_NONE)
		put_word(writing, "shadow", yett_reason_name(decision->shadow));
	if (decision->rule != NULL) {
		put(writing, "rule", decision->rule->label);
		put_place(writing, "rule_place", &decision->rule->place);
	}
	if (decision->reason == YETT_REASON_POLICY_ERROR)
		put_word(writing, "error",
		    yett_instance_error(session->policy->instance));
}

static enum yett_status
decide_supposed(struct session *session, const struct yett_message *in,
    struct yett_supposed *supposed, struct yett_message *out)
{
	const struct yett_generation *gen = session->policy->loaded.gen;
	const struct yett_functions functions =
	    yett_hearing_functions(&session->hearing,
		yett_instance_functions(session->policy->instance));
	struct writing writing = { out, YETT_OK };
	struct yett_hello_decision hello;
	struct yett_decision decision;
	bool overruled, refused = false;
	enum yett_status status = yett_supposed_shake(supposed, gen, &functions,
	    &hello);

	if (status == YETT_OK)
		status = read_asked(session, in, supposed, &overruled);
	if (status != YETT_OK)
		return status;
	put_hello(&writing, &hello);
	put_word(&writing, "hello_said", session->hearing.hello);
	yett_supposed_hide(supposed);
	if (overruled)
		put_word(&writing, "handshake", "complete");
	else
		refused = put_end(&writing, session, supposed, &hello);
	if (yett_message_text(in, "target").at == NULL || refused)
		return writing.status;
	yett_decide_request(gen, &functions, &supposed->request, NULL,
	    &decision);
	put_word(&writing, "request_said", session->hearing.request);
	put_decision(&writing, session, &decision);
	return writing.status;
}

/*
 * decide { facts as supposed.h, was_not_asked, was_asked (list) } -> asked,
 * handshake, hello_said, reason and rule of one that was refused for its
 * certificate, and with a target on any other: request_said, status, reason,
 * rule and what else the test language can expect
 */
static enum yett_status
decide(void *arg, const struct yett_message *in, struct yett_message *out,
    struct yett_fault *fault)
{
	struct session *session = arg;
	struct yett_supposed supposed;
	enum yett_status status;

	if (session->policy == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "no policy is loaded");
	status = yett_suppose(&supposed, in, fault);
	if (status != YETT_OK)
		return status;
	status = decide_supposed(session, in, &supposed, out);
	yett_supposed_clear(&supposed);
	return status;
}

/* --- public ------------------------------------------------------------- */

static enum yett_status
describe_run(const struct yett_test_run *run, struct yett_message *out)
{
	struct writing writing = { out, YETT_OK };

	for (size_t i = 0; i < run->path_count; i++)
		put_word(&writing, "path", run->paths[i]);
	if (run->filter != NULL)
		put_word(&writing, "filter", run->filter);
	put_flag(&writing, "verbose", run->verbose != 0);
	put_flag(&writing, "tap", run->tap != 0);
	put_flag(&writing, "junit", run->junit != NULL);
	put_flag(&writing, "coverage", run->coverage != 0);
	put_number(&writing, "coverage_min", run->coverage_min);
	return writing.status;
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
		(void)!yett_workbench_run(session->bench, "yett.test_output",
		    "give_up", arguments, NULL, NULL);
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
		status = yett_workbench_run(session.bench, "yett.test", NULL,
		    &arguments, &result, &ended);
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
