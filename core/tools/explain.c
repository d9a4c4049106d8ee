/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements yett_policy_explain() of yett_tools.h, whose comment is the
 * contract. A request is written as HTTP and read again by the parser of the
 * gateway; a file's certificate is judged as one from a handshake.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "policy/trust_set.h"
#include "request/request.h"
#include "tools/explain_url.h"
#include "tools/explanation.h"
#include "tools/hello_facts.h"
#include "tools/loaded_policy.h"
#include "tools/raw_request.h"
#include "yett_tools.h"

#define FILE_MOST (1024 * 1024)

/* One question under way. */
struct explaining {
	struct yett_policy *policy;
	const struct yett_generation *gen;
	const struct yett_explain_question *question;
	struct yett_explain_url url;
	uint16_t port; /* of the URL; 0: it says none */
	struct yett_explanation explanation;
	struct yett_trace trace;
	uint64_t errors; /* of the instance, so far */
	uint32_t read;

	struct yett_hello_facts hello;
	struct yett_asked asked;
	uint64_t *asked_id;          /* room for all trusts */
	uint32_t *asked_index;       /* the same trusts by index */
	struct yett_peer *from_file; /* what the client has */
	struct yett_peer *peer;      /* what it shows */

	struct yett_raw_request raw;
	struct yett_buf location;
	struct yett_header_reads header_reads;
};

/* --- what is asked --- */

/* The hello, whose server name is the URL's host unless said otherwise; an
 * address is not sent as one (RFC 6066, section 3). */
static enum yett_status
read_hello(struct explaining *explaining, struct yett_fault *fault)
{
	struct yett_client_hello hello = explaining->question->hello;
	struct yett_refusal refusal;
	struct yett_host host;

	if (!yett_host_parse(&host, explaining->url.authority, &refusal))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%.*s\" is no host: %s",
		    YETT_ARG(explaining->url.authority), refusal.why);
	if (hello.server_name == NULL && !host.is_address)
		hello.server_name = host.name;
	explaining->port = host.port;
	return yett_hello_facts_read(&explaining->hello, &hello, fault);
}

/* Open the trusts; without a certificate that is not needed, and trusts whose
 * files are not here are told apart by their names. */
static enum yett_status
open_trusts(struct explaining *explaining, struct yett_fault *fault)
{
	struct yett_policy *policy = explaining->policy;
	bool needed = explaining->question->certificate != NULL;
	enum yett_status status;

	if (policy->credentials != NULL)
		return YETT_OK;
	status = yett_credentials_open_trusts(&policy->credentials,
	    policy->loaded.gen, needed ? fault : NULL);
	return needed || status == YETT_E_NOMEM ? status : YETT_OK;
}

static enum yett_status
read_certificate(struct explaining *explaining, struct yett_fault *fault)
{
	const char *path = explaining->question->certificate;
	struct yett_buf pem = { 0 };
	enum yett_status status;

	if (path == NULL)
		return YETT_OK;
	status = yett_file_read(path, FILE_MOST, &pem, fault);
	if (status == YETT_OK)
		status = yett_peer_from_pem(&explaining->from_file,
		    yett_buf_slice(&pem), fault);
	if (status != YETT_OK)
		yett_fault_where(fault, "%s", path);
	yett_buf_clear(&pem);
	return status;
}

/* The request as a client would write it. */
static enum yett_status
write_request(struct explaining *explaining, struct yett_fault *fault)
{
	const struct yett_explain_question *question = explaining->question;
	struct yett_slice target = explaining->url.target;
	enum yett_status status = YETT_OK;
	struct yett_buf with_slash = { 0 };

	if (target.len == 0 || target.at[0] != '/') {
		status = yett_buf_printf(&with_slash, "/%.*s",
		    YETT_ARG(target));
		target = yett_buf_slice(&with_slash);
	}
	if (status == YETT_OK)
		status = yett_raw_request_write(&explaining->raw,
		    &(struct yett_raw_request_parts){ question->method, target,
			explaining->url.authority, question->header,
			question->header_count },
		    fault);
	yett_buf_clear(&with_slash);
	return status;
}

/* --- the handshake --- */

static void
tell_step(void *arg, const char *step, const char *text,
    const struct yett_place *place)
{
	struct explaining *explaining = arg;
	const struct yett_instance *instance = explaining->policy->instance;

	yett_explanation_step(&explaining->explanation, step,
	    yett_slice_of(text), place);
	if (yett_instance_errors(instance) > explaining->errors) {
		explaining->errors = yett_instance_errors(instance);
		yett_explanation_step(&explaining->explanation, "error",
		    yett_slice_of(yett_instance_error(instance)), NULL);
	}
}

/* Mark the trusts of a site's rules as asked for. */
static void
ask_all(struct explaining *explaining, const struct yett_site *site)
{
	uint32_t trusts = yett_generation_trust_count(explaining->gen);

	for (uint32_t t = 0; t < trusts; t++) {
		const struct yett_trust_set one = { &t, 1 };
		bool named = yett_trust_sets_meet(&site->fallback.trusts, &one);

		for (uint32_t i = 0; i < site->rule_count && !named; i++)
			named = yett_trust_sets_meet(&site->rule[i]->trusts,
			    &one);
		if (named)
			explaining
			    ->asked_index[explaining->asked.trust_count++] = t;
	}
}

/* Which handshake is told of instead of the one that was decided. */
static void
ask_otherwise(struct explaining *explaining, const struct yett_site *site)
{
	static const enum yett_need needs[] = {
		[YETT_EXPLAIN_ASKED_NONE] = YETT_NEED_NONE,
		[YETT_EXPLAIN_ASKED_REQUEST] = YETT_NEED_REQUEST,
		[YETT_EXPLAIN_ASKED_REQUIRE] = YETT_NEED_REQUIRE,
	};
	struct yett_asked *asked = &explaining->asked;

	if (explaining->question->asked == YETT_EXPLAIN_ASKED_AS_DECIDED)
		return;
	asked->need = needs[explaining->question->asked];
	asked->generation = 0; /* one before this */
	asked->cause = YETT_CAUSE_NONE;
	if (asked->need == YETT_NEED_NONE) {
		asked->cause = YETT_CAUSE_POLICY;
		asked->trust_count = 0;
	} else if (asked->trust_count == 0 && site != NULL) {
		ask_all(explaining, site);
	}
	yett_trace_step(&explaining->trace, "asked", NULL,
	    "%s, on this connection, whatever the policy says",
	    yett_need_name(asked->need));
}

static void
keep_asked(struct explaining *explaining,
    const struct yett_hello_decision *decision)
{
	struct yett_asked *asked = &explaining->asked;

	*asked = (struct yett_asked){ decision->need, explaining->asked_id,
		decision->trusts.count, decision->cause,
		yett_generation_id(explaining->gen) };
	for (uint32_t i = 0; i < asked->trust_count; i++)
		explaining->asked_index[i] = decision->trusts.index[i];
	ask_otherwise(explaining, decision->site);
	for (uint32_t i = 0; i < asked->trust_count; i++)
		explaining->asked_id[i] = yett_generation_trust(explaining->gen,
		    explaining->asked_index[i])
					      ->id;
	if (asked->need != YETT_NEED_NONE)
		explaining->peer = explaining->from_file;
}

/* Whether it is completed, by its hello; an older connection was, whatever the
 * policy says by now. */
static bool
passes_gate(struct explaining *explaining,
    const struct yett_hello_decision *decision,
    struct yett_gate_refusal *refusal)
{
	const struct yett_hello *hello = &explaining->hello.hello;

	if (explaining->question->asked == YETT_EXPLAIN_ASKED_AS_DECIDED &&
	    !yett_gate_decision(hello, decision, refusal))
		return false;
	if (yett_gate_protocol(hello, decision->site, refusal))
		return true;
	explaining->read |= YETT_FACT_ALPN;
	return false;
}

/* False: it fails so. */
static bool
shake_hands(struct explaining *explaining, struct yett_gate_refusal *refusal)
{
	const struct yett_hello *hello = &explaining->hello.hello;
	struct yett_hello_decision decision;
	struct yett_trust_set trusts;

	yett_decide_hello(explaining->gen,
	    yett_instance_functions(explaining->policy->instance), hello,
	    &explaining->trace, &decision);
	explaining->read |= decision.read;
	if (!passes_gate(explaining, &decision, refusal))
		return false;
	keep_asked(explaining, &decision);
	trusts = (struct yett_trust_set){ explaining->asked_index,
		explaining->asked.trust_count };
	if (explaining->asked.need != YETT_NEED_REQUIRE)
		return true;
	explaining->read |= YETT_FACT_CERTIFICATE;
	return yett_gate_peer(explaining->peer, explaining->policy->credentials,
	    &trusts, hello->now, hello->version >= 0x0304, refusal);
}

/* --- the request --- */

/* Nothing of the policy is asked about such a request. */
static void
tell_refused(struct explaining *explaining, const struct yett_answer *answer)
{
	const struct yett_explanation_answer end = { .own = answer,
		.close = true };
	struct yett_slice line = yett_buf_slice(&explaining->raw.bytes);

	line.len = explaining->raw.line_len;
	yett_trace_step(&explaining->trace, "request", NULL,
	    "%.*s -> refused before any rule", YETT_ARG(line));
	yett_explanation_answer(&explaining->explanation, &end);
}

static void
plan(struct explaining *explaining, const struct yett_trace *trace,
    struct yett_plan *out)
{
	struct yett_plan_facts facts = {
		.gen = explaining->gen,
		.functions = yett_instance_functions(
		    explaining->policy->instance),
		.hello = &explaining->hello.hello,
		.asked = explaining->asked,
		.now = explaining->hello.hello.now,
		.header_reads = &explaining->header_reads,
		.trace = trace,
	};

	yett_peer_facts(explaining->peer, explaining->policy->credentials,
	    facts.now, &facts.peer);
	yett_raw_request_plan(&explaining->raw, &facts, out);
}

static bool
may_have_body(const struct yett_head *head)
{
	return head->framing != YETT_FRAMING_NONE ||
	    head->method_id == YETT_METHOD_POST ||
	    head->method_id == YETT_METHOD_PUT ||
	    head->method_id == YETT_METHOD_PATCH;
}

static void
tell_answer(struct explaining *explaining, const struct yett_plan *plan)
{
	const struct yett_head *head = &explaining->raw.head;
	const struct yett_decision *decision = &plan->decision;
	const struct yett_explanation_forward forward = {
		.body_limit = may_have_body(head) ||
			(decision->rule != NULL &&
			    decision->rule->body_limit != YETT_AS_GATEWAY)
		    ? plan->body_limit
		    : 0,
		.protocols = yett_buf_slice(&explaining->raw.protocols),
		.no_upgrade = plan->no_upgrade,
		.login = plan->login,
	};
	struct yett_explanation_answer end = {
		.has_identity = decision->verified != NULL,
		.own = &plan->answer,
		.close = plan->ends_connection || !head->keep_alive,
	};

	if (decision->verdict == YETT_VERDICT_ALLOW)
		end.forward = &forward;
	if (plan->action == YETT_PLAN_FORWARD)
		end.upstream_of = decision->rule;
	yett_explanation_answer(&explaining->explanation, &end);
}

/* The same request on a connection that is older than the rules. */
static void
tell_never_asked(struct explaining *explaining,
    const struct yett_decision *decision)
{
	struct yett_plan never_asked;

	if (explaining->asked.need == YETT_NEED_NONE)
		return;
	explaining->asked = (struct yett_asked){ .cause = YETT_CAUSE_POLICY };
	explaining->peer = NULL;
	plan(explaining, NULL, &never_asked);
	if (never_asked.decision.verdict != YETT_VERDICT_ALLOW &&
	    (never_asked.decision.verdict != decision->verdict ||
		never_asked.decision.reason != decision->reason))
		yett_explanation_never_asked(&explaining->explanation,
		    &never_asked.decision);
}

static void
tell_request(struct explaining *explaining)
{
	struct yett_plan planned;

	plan(explaining, &explaining->trace, &planned);
	if (!planned.is_decided) {
		tell_refused(explaining, &planned.answer);
		return;
	}
	explaining->read |= planned.decision.read;
	tell_answer(explaining, &planned);
	tell_never_asked(explaining, &planned.decision);
}

/* --- clear text --- */

/* The listener that the URL is for: the one at its port, else any if it says
 * none, for what stands in front may have moved it; NULL: there is none. */
static const struct yett_listen *
find_clear(const struct explaining *explaining, uint16_t port)
{
	const struct yett_generation *gen = explaining->gen;
	const struct yett_listen *any = NULL;

	for (uint32_t i = 0; i < yett_generation_listen_count(gen); i++) {
		const struct yett_listen *listen = yett_generation_listen(gen,
		    i);

		if (listen->redirects &&
		    listen->port == (port == 0 ? 80 : port))
			return listen;
		if (listen->redirects && port == 0 && any == NULL)
			any = listen;
	}
	return any;
}

/* Where it leads: as yett_rollout_https_port(), of what is declared. */
static uint16_t
https_port(const struct explaining *explaining,
    const struct yett_listen *clear_text)
{
	const struct yett_generation *gen = explaining->gen;
	uint16_t first = clear_text->redirect_port;

	if (first != 0)
		return first;
	for (uint32_t i = 0; i < yett_generation_listen_count(gen); i++) {
		const struct yett_listen *listen = yett_generation_listen(gen,
		    i);

		if (listen->redirects)
			continue;
		if (listen->port == 443)
			return 443;
		if (first == 0)
			first = listen->port;
	}
	return first;
}

static void
tell_redirect(struct explaining *explaining, const struct yett_listen *listen)
{
	struct yett_explanation_answer end = { .close = false };
	struct yett_request_target target;
	struct yett_refusal refusal;
	struct yett_answer answer;
	struct yett_head *head = &explaining->raw.head;

	yett_trace_step(&explaining->trace, "connect", &listen->place,
	    "clear text, at a listener that only leads to https");
	if (!yett_raw_request_read(&explaining->raw, explaining->gen,
		&refusal) ||
	    !yett_plan_read(explaining->gen, YETT_SLICE_NONE, head,
		&explaining->raw.path, &target, &refusal)) {
		yett_answer_plain(refusal.status, refusal.why, &answer);
		tell_refused(explaining, &answer);
		return;
	}
	explaining->read |= YETT_FACT_PATH | YETT_FACT_METHOD | YETT_FACT_HOST;
	yett_trace_step(&explaining->trace, "request", NULL,
	    "%.*s %.*s for \"%s\"", YETT_ARG(head->method),
	    YETT_ARG(target.uri.path), target.host.name);
	end.close = !head->keep_alive;
	if (!yett_request_redirect(explaining->gen, head, &target,
		https_port(explaining, listen), &explaining->location, &answer,
		&refusal)) {
		yett_answer_plain(refusal.status, refusal.why, &answer);
		end.close = true;
	}
	end.own = &answer;
	yett_explanation_answer(&explaining->explanation, &end);
}

static void
tell_clear_text(struct explaining *explaining)
{
	struct yett_gate_refusal refusal = { 0, NULL,
		"the handshake fails, and the connection is closed" };
	const struct yett_explanation_answer end = { .alert = &refusal };
	const struct yett_listen *listen = find_clear(explaining,
	    explaining->port);

	if (listen != NULL) {
		tell_redirect(explaining, listen);
		return;
	}
	yett_trace_step(&explaining->trace, "connect", NULL,
	    "http:// is clear text, and %s speaks TLS",
	    find_clear(explaining, 0) != NULL
		? "no listener at this port leads "
		  "to https: what is there"
		: "every listener");
	yett_explanation_answer(&explaining->explanation, &end);
}

/* --- the whole --- */

static void
tell(struct explaining *explaining)
{
	struct yett_gate_refusal refusal = { 0, NULL, NULL };
	const struct yett_explanation_answer end = { .alert = &refusal };

	if (explaining->url.clear_text) {
		tell_clear_text(explaining);
	} else if (!shake_hands(explaining, &refusal)) {
		yett_explanation_answer(&explaining->explanation, &end);
	} else {
		tell_request(explaining);
	}
}

static enum yett_status
prepare(struct explaining *explaining, struct yett_fault *fault)
{
	uint32_t trusts = yett_generation_trust_count(explaining->gen);
	enum yett_status status = YETT_E_NOMEM;

	if (explaining->question->url == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "a URL is needed");
	explaining->asked_id = calloc(trusts + 1, sizeof(uint64_t));
	explaining->asked_index = calloc(trusts + 1, sizeof(uint32_t));
	if (explaining->asked_id != NULL && explaining->asked_index != NULL)
		status = yett_explain_url_parse(&explaining->url,
		    explaining->question->url, fault);
	if (status == YETT_OK)
		status = read_hello(explaining, fault);
	if (status == YETT_OK)
		status = write_request(explaining, fault);
	if (status == YETT_OK)
		status = open_trusts(explaining, fault);
	if (status == YETT_OK)
		status = read_certificate(explaining, fault);
	return status;
}

static void
clear(struct explaining *explaining)
{
	yett_peer_free(explaining->from_file);
	yett_raw_request_clear(&explaining->raw);
	yett_buf_clear(&explaining->location);
	yett_buf_clear(&explaining->explanation.out);
	free(explaining->asked_id);
	free(explaining->asked_index);
	free(explaining);
}

enum yett_status
yett_policy_explain(struct yett_policy *policy,
    const struct yett_explain_question *question, enum yett_format format,
    yett_text_sink sink, void *arg, struct yett_fault *fault)
{
	struct explaining *explaining = calloc(1, sizeof(*explaining));
	struct yett_slice story;
	enum yett_status status;

	if (explaining == NULL)
		return YETT_E_NOMEM;
	explaining->policy = policy;
	explaining->gen = policy->loaded.gen;
	explaining->question = question;
	explaining->explanation.format = format;
	explaining->trace = (struct yett_trace){ tell_step, explaining };
	explaining->errors = yett_instance_errors(policy->instance);
	status = prepare(explaining, fault);
	if (status == YETT_OK) {
		tell(explaining);
		status = yett_explanation_end(&explaining->explanation,
		    explaining->read, &explaining->header_reads);
	}
	if (status == YETT_OK) {
		story = yett_buf_slice(&explaining->explanation.out);
		sink(arg, story.at, story.len);
	}
	clear(explaining);
	return status;
}
