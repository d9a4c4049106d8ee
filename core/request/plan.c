/* SPDX-License-Identifier: Apache-2.0 */
#include "request/plan.h"

#include "http/login.h"
#include "http/upgrade.h"
#include "policy/site_path.h"

static const char no_memory[] = "memory is out";

/* --- the head --- */

struct yett_head_limits
yett_plan_head_limits(const struct yett_settings *settings)
{
	return (struct yett_head_limits){ settings->limits.head,
		settings->limits.uri };
}

uint32_t
yett_plan_field_limit(const struct yett_settings *settings, uint32_t room)
{
	return settings->limits.fields < room ? settings->limits.fields : room;
}

/*
 * The one host of the request: the Host field, or the host of an absolute
 * target, which holds instead of it (RFC 9112, section 3.2.2); what is sent on
 * has that one alone. An HTTP/1.0 request without either is for the SNI.
 */
static bool
read_host(const struct yett_head *head, const struct yett_uri *uri,
    struct yett_slice sni, struct yett_host *out, struct yett_refusal *refusal)
{
	if (head->host.at != NULL) {
		if (!yett_host_parse(out, head->host, refusal))
			return false;
	} else if (head->minor == 0 && sni.len > 0) {
		if (!yett_host_parse_sni(out, sni, refusal))
			return false;
	} else {
		return yett_refuse(refusal, 400, "the Host field is missing");
	}
	return uri->form != YETT_URI_ABSOLUTE ||
	    yett_host_parse(out, uri->authority, refusal);
}

bool
yett_plan_read(const struct yett_generation *gen, struct yett_slice sni,
    const struct yett_head *head, struct yett_buf *path,
    struct yett_request_target *out, struct yett_refusal *refusal)
{
	if (head->method_id == YETT_METHOD_CONNECT ||
	    head->method_id == YETT_METHOD_TRACE)
		return yett_refuse(refusal, 405,
		    "this method is not served here");
	yett_buf_consume(path, yett_buf_len(path));
	if (yett_buf_reserve(path, YETT_PATH_SCRATCH(head->target.len)) !=
	    YETT_OK)
		return yett_refuse(refusal, 503, no_memory);
	if (!yett_uri_parse(&out->uri, head->target, head->method_id,
		yett_buf_tail(path), refusal))
		return false;
	out->site = yett_generation_site(gen, sni);
	if (!yett_site_path(&out->uri.path, out->site, out->uri.path,
		yett_buf_tail(path), refusal))
		return false;
	return read_host(head, &out->uri, sni, &out->host, refusal);
}

/* --- the rules --- */

/* A function sees all fields; for anything else the array is not built. */
static void
lend_fields(const struct yett_plan_facts *facts, const struct yett_head *head,
    struct yett_request *request)
{
	for (uint32_t i = 0; i < head->field_count; i++)
		facts->header[i] = (struct yett_header){ head->field[i].name,
			head->field[i].value };
	request->header = facts->header;
	request->header_count = head->field_count;
}

static void
make_request(const struct yett_plan_facts *facts, const struct yett_head *head,
    const struct yett_request_target *target, struct yett_request *out)
{
	*out = (struct yett_request){
		.hello = facts->hello,
		.asked = facts->asked,
		.peer = facts->peer,
		.host = yett_host_name(&target->host),
		.method = head->method,
		.path = target->uri.path,
		.query = target->uri.has_query ? target->uri.query
					       : YETT_SLICE_NONE,
		.header_reads = facts->header_reads,
		.now = facts->now,
	};
	if ((target->site != NULL && target->site->request_function >= 0) ||
	    head->method_id == YETT_METHOD_OPTIONS)
		lend_fields(facts, head, out);
	out->preflight = yett_request_is_preflight(out);
	if (target->site != NULL && target->site->learns)
		out->learned = facts->learned != NULL &&
		    facts->learned(facts->learned_arg, facts->hello);
}

/* --- what is allowed --- */

int
yett_plan_hops(const struct yett_head *head)
{
	const struct yett_field *field = head->method_id == YETT_METHOD_OPTIONS
	    ? yett_field_find(head->field, head->field_count,
		  YETT_FIELD_MAX_FORWARDS)
	    : NULL;
	int hops = 0;

	if (field == NULL || field->value.len == 0)
		return -1;
	for (size_t i = 0; i < field->value.len; i++) {
		char c = field->value.at[i];

		if (c < '0' || c > '9')
			return -1;
		/* Nobody counts further than this. */
		hops = hops > 1000000 ? hops : hops * 10 + (c - '0');
	}
	return hops;
}

static bool
may_switch_to(enum yett_upgrade upgrade, struct yett_slice protocol)
{
	switch (upgrade) {
	case YETT_UPGRADE_NONE: break;
	case YETT_UPGRADE_WEBSOCKET:
		return yett_slice_eq_nocase(protocol, YETT_LIT("websocket"));
	case YETT_UPGRADE_ANY:
		return yett_upgrade_is_protocol(protocol) &&
		    !yett_upgrade_is_opaque(protocol);
	}
	return false;
}

/* Why no protocol was left of an Upgrade. */
static const char *
why_none_is_left(enum yett_upgrade upgrade)
{
	switch (upgrade) {
	case YETT_UPGRADE_NONE: return "upgrade = \"none\" holds here";
	case YETT_UPGRADE_WEBSOCKET:
		return "upgrade = \"websocket\" holds here";
	case YETT_UPGRADE_ANY: break;
	}
	return "its bytes could hide requests, or it is none";
}

/*
 * Append to `protocols` those of the request's Upgrade that the rule lets it
 * switch to, if it asks in the way that is passed on: GET without a body. h2c
 * never is: what comes after would be requests that nobody decides.
 */
static enum yett_status
offer_protocols(const struct yett_head *head, enum yett_upgrade upgrade,
    struct yett_buf *protocols)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; i < head->field_count; i++) {
		struct yett_slice rest = head->field[i].value, protocol;

		if (head->field[i].id != YETT_FIELD_UPGRADE)
			continue;
		while (status == YETT_OK && yett_list_next(&rest, &protocol))
			if (may_switch_to(upgrade, protocol))
				status = yett_buf_printf(protocols, "%s%.*s",
				    yett_buf_len(protocols) > 0 ? ", " : "",
				    YETT_ARG(protocol));
	}
	return status;
}

static enum yett_status
plan_upgrade(const struct yett_head *head, enum yett_upgrade upgrade,
    struct yett_buf *protocols, const char **no_upgrade)
{
	enum yett_status status = YETT_OK;

	if (!head->wants_upgrade)
		*no_upgrade = yett_field_find(head->field, head->field_count,
				  YETT_FIELD_UPGRADE) == NULL
		    ? NULL
		    : "no \"Connection: upgrade\" comes with it";
	else if (head->method_id != YETT_METHOD_GET)
		*no_upgrade = "the method is not GET";
	else if (head->framing == YETT_FRAMING_CHUNKED || head->length > 0)
		*no_upgrade = "the request has a body";
	else
		status = offer_protocols(head, upgrade, protocols);
	if (head->wants_upgrade && *no_upgrade == NULL &&
	    yett_buf_len(protocols) == 0)
		*no_upgrade = why_none_is_left(upgrade);
	return status;
}

/* --- the plan --- */

static void
refuse(struct yett_plan *plan, unsigned status, const char *why)
{
	plan->action = YETT_PLAN_REFUSE;
	plan->ends_connection = true;
	yett_answer_plain(status, why, &plan->answer);
}

static void
answer_as_decided(struct yett_plan *plan)
{
	const struct yett_decision *decision = &plan->decision;

	plan->action = decision->status == YETT_STATUS_CUT ? YETT_PLAN_CUT
							   : YETT_PLAN_ANSWER;
	plan->ends_connection = decision->close;
	yett_answer_for(decision, &plan->answer);
}

static void
forward(const struct yett_plan_facts *facts, const struct yett_head *head,
    struct yett_plan *plan)
{
	const struct yett_rule *rule = plan->decision.rule;

	enum yett_status status = plan_upgrade(head, rule->upgrade,
	    facts->protocols, &plan->no_upgrade);

	plan->body_limit = yett_rule_or_gateway(rule->body_limit,
	    yett_generation_settings(facts->gen)->limits.body);
	if (plan->body_limit != 0 && head->length > plan->body_limit)
		refuse(plan, 413, "The body is longer than is allowed.");
	else if (status != YETT_OK)
		refuse(plan, 503, "The request could not be forwarded.");
	else
		plan->action = YETT_PLAN_FORWARD;
}

bool
yett_plan_read_request(const struct yett_plan_facts *facts,
    const struct yett_head *head, struct yett_request_target *target,
    struct yett_request *out, struct yett_refusal *refusal)
{
	if (!yett_plan_read(facts->gen, facts->hello->sni, head, facts->path,
		target, refusal))
		return false;
	make_request(facts, head, target, out);
	return true;
}

void
yett_plan_refuse(const struct yett_refusal *refusal, struct yett_plan *out)
{
	out->is_decided = false;
	refuse(out, refusal->status, refusal->why);
}

void
yett_plan_request(const struct yett_plan_facts *facts,
    const struct yett_head *head, struct yett_plan *out)
{
	struct yett_refusal refusal;

	out->ends_connection = false;
	out->body_limit = 0;
	out->no_upgrade = NULL;
	out->login = yett_login_scheme(head->field, head->field_count);
	yett_buf_consume(facts->protocols, yett_buf_len(facts->protocols));
	if (!yett_plan_read_request(facts, head, &out->target, &out->request,
		&refusal)) {
		yett_plan_refuse(&refusal, out);
		return;
	}
	yett_decide_request(facts->gen, facts->functions, &out->request,
	    facts->trace, &out->decision);
	out->is_decided = true;
	if (out->decision.verdict != YETT_VERDICT_ALLOW) {
		answer_as_decided(out);
	} else if (yett_plan_hops(head) == 0) {
		out->action = YETT_PLAN_ANSWER;
		yett_answer_options(&out->answer);
	} else {
		forward(facts, head, out);
	}
}
