/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/test_describe.h"

#include <stdio.h>

#include "policy/review_paths.h"
#include "request/answer.h"

static void
put_place(struct yett_message_writer *out, const char *name,
    const struct yett_place *place)
{
	char text[512];

	snprintf(text, sizeof(text), "%.*s:%u", YETT_ARG(place->file),
	    place->line);
	yett_message_put_word(out, name, text);
}

/* --- a policy --- */

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
put_rule(struct yett_message_writer *out, const struct yett_generation *gen,
    const struct yett_site *site, const struct yett_rule *rule)
{
	yett_message_put(out, "rule_site", site->label);
	yett_message_put(out, "rule_label", rule->label);
	put_place(out, "rule_place", &rule->place);
	yett_message_put_word(out, "rule_need", yett_need_name(rule->need));
	yett_message_put_flag(out, "rule_identity", rule->identity != NULL);
	yett_message_put_flag(out, "rule_crl", has_crl(gen, rule));
	yett_message_put_flag(out, "rule_asked",
	    site->ask.need != YETT_NEED_NONE);
}

static void
put_function(struct yett_message_writer *out, const struct yett_site *site,
    const char *name)
{
	yett_message_put(out, "function_site", site->label);
	yett_message_put_word(out, "function_name", name);
	put_place(out, "function_place", &site->place);
}

enum yett_status
yett_test_describe_policy(const struct yett_generation *gen,
    struct yett_message *out)
{
	struct yett_message_writer writer = { out, YETT_OK };

	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		yett_message_put(&writer, "trust",
		    yett_generation_trust(gen, i)->name);
	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		for (uint32_t j = 0; j < site->rule_count; j++)
			put_rule(&writer, gen, site, site->rule[j]);
		if (yett_review_falls_back(site))
			put_rule(&writer, gen, site, &site->fallback);
		if (site->hello_function >= 0)
			put_function(&writer, site, "client_hello");
		if (site->request_function >= 0)
			put_function(&writer, site, "request");
	}
	yett_message_put_flag(&writer, "fine", true);
	return writer.status;
}

/* --- a handshake --- */

static const char *
asked_word(const struct yett_hello_decision *hello)
{
	return hello->action == YETT_HANDSHAKE_GO ? yett_need_name(hello->need)
						  : "refused";
}

void
yett_test_describe_hello(const struct yett_hello_decision *hello,
    struct yett_message_writer *out)
{
	yett_message_put_word(out, "asked", asked_word(hello));
	yett_message_put(out, "asked_why", hello->why);
	if (hello->site != NULL)
		yett_message_put(out, "site", hello->site->label);
	if (hello->because != NULL)
		yett_message_put(out, "because", hello->because->label);
}

/* Why a handshake that requires a certificate refuses this one; the rule is
 * the site's own, or else a function required it. */
static void
put_refusal(struct yett_message_writer *out, const struct yett_site *site,
    const struct yett_judgement *judgement)
{
	yett_message_put_word(out, "reason",
	    yett_reason_name(judgement->reason));
	if (judgement->cause != YETT_CAUSE_NONE)
		yett_message_put_word(out, "cause",
		    yett_cause_name(judgement->cause));
	if (site->fallback.need == YETT_NEED_REQUIRE) {
		yett_message_put(out, "rule", site->fallback.label);
		put_place(out, "rule_place", &site->fallback.place);
	}
}

void
yett_test_describe_end(const struct yett_hello_decision *hello, bool completes,
    const struct yett_synthetic_end *end, struct yett_message_writer *out)
{
	if (!completes && end->judgement.reason != YETT_REASON_NONE)
		put_refusal(out, hello->site, &end->judgement);
	yett_message_put_word(out, "handshake",
	    completes ? "complete" : "refused");
}

/* --- a request --- */

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
put_location(struct yett_message_writer *out, const struct yett_answer *answer)
{
	struct yett_buf location = { 0 };

	if (out->status == YETT_OK)
		out->status = yett_answer_write_location(answer, &location);
	yett_message_put(out, "location", yett_buf_slice(&location));
	yett_buf_clear(&location);
}

/* The answer of the gateway. What the message itself is refused for is told
 * as `refused`. */
static void
put_answer(struct yett_message_writer *out, const struct yett_plan *plan)
{
	const struct yett_answer *answer = &plan->answer;

	yett_message_put_number(out, "status", answer->status);
	if (answer->reason != YETT_REASON_NONE)
		yett_message_put_word(out, "reason",
		    yett_reason_name(answer->reason));
	if (answer->cause != YETT_CAUSE_NONE)
		yett_message_put_word(out, "cause",
		    yett_cause_name(answer->cause));
	if (answer->hresult != 0)
		yett_message_put_number(out, "hresult", answer->hresult);
	yett_message_put(out, "title", answer->title);
	if (plan->action == YETT_PLAN_REFUSE)
		yett_message_put(out, "refused", answer->detail);
	put_location(out, answer);
}

static void
put_decision(struct yett_message_writer *out, const struct yett_policy *policy,
    const struct yett_decision *decision)
{
	yett_message_put(out, "why", decision->why);
	yett_message_put_flag(out, "by_function", decision->by_function);
	if (decision->verified != NULL)
		yett_message_put(out, "trust", decision->verified->name);
	if (decision->shadow != YETT_REASON_NONE)
		yett_message_put_word(out, "shadow",
		    yett_reason_name(decision->shadow));
	if (decision->rule != NULL) {
		yett_message_put(out, "rule", decision->rule->label);
		put_place(out, "rule_place", &decision->rule->place);
	}
	if (decision->reason == YETT_REASON_POLICY_ERROR)
		yett_message_put_word(out, "error",
		    yett_instance_error(policy->instance));
}

void
yett_test_describe_plan(const struct yett_policy *policy,
    const struct yett_plan *plan, struct yett_message_writer *out)
{
	yett_message_put_word(out, "verdict",
	    verdict_word(plan->action == YETT_PLAN_REFUSE
		    ? YETT_VERDICT_REFUSE
		    : plan->decision.verdict));
	if (plan->action == YETT_PLAN_FORWARD)
		yett_message_put_number(out, "status", 200);
	else
		put_answer(out, plan);
	yett_message_put_flag(out, "close", plan->ends_connection);
	if (plan->is_decided)
		put_decision(out, policy, &plan->decision);
}
