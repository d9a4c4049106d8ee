/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide_path.h"

#include "policy/decision_trace.h"
#include "policy/identity.h"
#include "policy/judge.h"
#include "policy/share.h"
#include "policy/trust_set.h"

#define NS_PER_S UINT64_C(1000000000)

/* One decision under way. */
struct deciding {
	const struct yett_generation *gen;
	const struct yett_functions *functions;
	const struct yett_request *request;
	const struct yett_trace *trace;
	struct yett_decision *out;
};

static void
allow(struct yett_decision *out)
{
	out->verdict = YETT_VERDICT_ALLOW;
	out->reason = YETT_REASON_NONE;
	out->status = 0;
}

static void
refuse(struct yett_decision *out, enum yett_reason reason, uint32_t status)
{
	out->verdict = YETT_VERDICT_REFUSE;
	out->reason = reason;
	out->status = status;
}

static bool
is_between(uint32_t status, uint32_t least, uint32_t most)
{
	return status >= least && status <= most;
}

/* --- a certificate that is missing or wrong */

/* Whether this generation's rules ask for one of `trusts`. */
static bool
asks_now(const struct deciding *deciding, const struct yett_trust_set *trusts)
{
	struct yett_ask ask = yett_site_ask(deciding->out->site,
	    &deciding->request->hello->client_ip);

	return ask.need != YETT_NEED_NONE &&
	    yett_trust_sets_meet(&ask.trusts, trusts);
}

/* Why the handshake did not ask for any certificate, though one is needed. */
static enum yett_cause
late_cause(const struct deciding *deciding, const struct yett_trust_set *trusts)
{
	const struct yett_site *site = deciding->out->site;
	const struct yett_asked *asked = &deciding->request->asked;

	if (asks_now(deciding, trusts)) {
		if (asked->cause == YETT_CAUSE_FUNCTION &&
		    site->hello_function >= 0)
			return YETT_CAUSE_FUNCTION;
		return asked->generation != yett_generation_id(deciding->gen)
		    ? YETT_CAUSE_RELOADED
		    : YETT_CAUSE_POLICY;
	}
	if (deciding->out->by_function &&
	    site->handshake != YETT_HANDSHAKE_NEVER)
		return YETT_CAUSE_FUNCTION;
	return YETT_CAUSE_POLICY;
}

/*
 * A new handshake under the same rules would ask what this one asked, so that
 * closing only helps when the rules have changed since.
 */
static bool
late_closes(const struct deciding *deciding,
    const struct yett_trust_set *trusts, enum yett_close close)
{
	switch (close) {
	case YETT_CLOSE_AUTO:
		return asks_now(deciding, trusts) &&
		    deciding->request->asked.generation !=
		    yett_generation_id(deciding->gen);
	case YETT_CLOSE_ALWAYS:
	case YETT_CLOSE_RESET: return true;
	case YETT_CLOSE_NEVER: return false;
	}
	return true;
}

static void
redirect_late(struct deciding *deciding, struct yett_slice location)
{
	struct yett_decision *out = deciding->out;

	refuse(out, YETT_REASON_LATE, 307);
	out->verdict = YETT_VERDICT_REDIRECT;
	out->location = location;
	out->path = deciding->request->path;
	out->query = deciding->request->query;
}

/*
 * The first time the client is told to come back over a new connection, whose
 * handshake is asked. Browsers may come back over one that they had opened
 * before, and a second 421 they show to people: such a connection is older
 * than what was learned, and what comes over it is sent to where it was sent
 * already. So is one that is older than the rules, which may ask for more by
 * now. Each of these answers closes its connection and no handshake after the
 * first, or a reload, can get one, so there are at most as many as there are
 * connections then. Who learned before its handshake was asked in vain: the
 * usual answer.
 */
static void
refuse_learning(struct deciding *deciding, const struct yett_late *late,
    enum yett_cause cause)
{
	const struct yett_request *request = deciding->request;
	struct yett_decision *out = deciding->out;
	const struct yett_place *place = &out->rule->place;
	unsigned seconds = (late->learn + 999) / 1000;
	bool in_vain = request->learned && request->hello->learned &&
	    request->asked.generation == yett_generation_id(deciding->gen);

	out->learn = in_vain ? 0 : late->learn;
	out->close = !in_vain;
	if (!request->learned) {
		refuse(out, YETT_REASON_LATE, 421);
		yett_trace_step(deciding->trace, "learn", place,
		    "its next handshake with this name is asked, within %u s",
		    seconds);
	} else if (!in_vain) {
		late = yett_late_again();
		redirect_late(deciding, late->redirect);
		yett_trace_step(deciding->trace, "learn", place,
		    "this connection is older than %s: the same over a new "
		    "one, within %u s",
		    request->hello->learned ? "the rules" : "what was learned",
		    seconds);
	} else {
		late = yett_late_default();
		refuse(out, YETT_REASON_LATE, late->status);
		yett_trace_step(deciding->trace, "learn", place,
		    "its handshake should have been asked: the usual answer");
	}
	out->read |= YETT_FACT_LEARNED;
	out->late = late;
	out->cause = cause;
}

static void
refuse_late(struct deciding *deciding, const struct yett_trust_set *trusts,
    enum yett_cause cause)
{
	const struct yett_late *late = deciding->out->rule->late;
	struct yett_decision *out = deciding->out;

	if (late != NULL && late->learn > 0) {
		refuse_learning(deciding, late, cause);
		return;
	}
	if (late == NULL)
		late = yett_late_default();
	refuse(out, YETT_REASON_LATE,
	    is_between(late->status, 400, 599) ? late->status : 500);
	out->late = late;
	out->cause = cause;
	out->close = late_closes(deciding, trusts, late->close);
	if (late->close == YETT_CLOSE_RESET) {
		out->status = YETT_STATUS_CUT;
	} else if (late->redirect.at != NULL) {
		redirect_late(deciding, late->redirect);
	}
}

/* A browser offers another certificate only in another handshake, so close
 * when that handshake would ask. */
static void
refuse_certificate(struct deciding *deciding,
    const struct yett_trust_set *trusts, enum yett_reason reason,
    enum yett_cause cause)
{
	refuse(deciding->out, reason, 403);
	deciding->out->cause = cause;
	deciding->out->close = deciding->out->site->hello_function >= 0 ||
	    asks_now(deciding, trusts);
}

/* --- what is needed */

static bool
is_meant(const struct yett_request *request,
    const struct yett_identity *identity)
{
	return request->identity_matches != NULL
	    ? request->identity_matches(request->peer.arg, identity)
	    : yett_identity_matches(identity, request->peer.leaf);
}

static void
require(struct deciding *deciding, const struct yett_trust_set *trusts,
    const struct yett_judgement *judgement)
{
	const struct yett_request *request = deciding->request;
	const struct yett_identity *identity = deciding->out->rule->identity;

	deciding->out->read |= YETT_FACT_CERTIFICATE;
	if (trusts->count == 0)
		refuse(deciding->out, YETT_REASON_POLICY_ERROR, 500);
	else if (judgement->verified != NULL && identity != NULL &&
	    !is_meant(request, identity))
		refuse_certificate(deciding, trusts, YETT_REASON_IDENTITY,
		    YETT_CAUSE_NONE);
	else if (judgement->verified != NULL)
		allow(deciding->out);
	else if (request->asked.need == YETT_NEED_NONE)
		refuse_late(deciding, trusts, late_cause(deciding, trusts));
	else if (!yett_trust_set_was_asked(deciding->gen, trusts,
		     &request->asked))
		refuse_late(deciding, trusts, YETT_CAUSE_OTHER_TRUST);
	else
		refuse_certificate(deciding, trusts, judgement->reason,
		    judgement->cause);
}

/* Whether the rule is only tried out. What no rule can mean is refused. */
static bool
is_shadow(const struct deciding *deciding)
{
	struct yett_decision *out = deciding->out;
	uint64_t until = out->rule->shadow;

	if (until == 0 || out->reason == YETT_REASON_POLICY_ERROR)
		return false;
	if (until == YETT_SHADOW_ALWAYS)
		return true;
	out->read |= YETT_FACT_TIME;
	return deciding->request->now / NS_PER_S < until;
}

/* Let in what was refused, and keep what for. */
static void
allow_in_shadow(struct yett_decision *out)
{
	out->shadow = out->reason;
	out->shadow_cause = out->cause;
	out->shadow_status = out->status;
	allow(out);
	out->cause = YETT_CAUSE_NONE;
	out->late = NULL;
	out->location = out->path = out->query = YETT_SLICE_NONE;
	out->learn = 0;
	out->close = false;
}

static void
decide_declared(struct deciding *deciding,
    const struct yett_judgement *judgement)
{
	struct yett_decision *out = deciding->out;

	switch (out->need) {
	case YETT_NEED_NONE:
	case YETT_NEED_REQUEST: allow(out); return;
	case YETT_NEED_REQUIRE:
		require(deciding, &out->rule->trusts, judgement);
		if (out->verdict != YETT_VERDICT_ALLOW && is_shadow(deciding))
			allow_in_shadow(out);
		return;
	}
	refuse(out, YETT_REASON_POLICY_ERROR, 500);
}

/* --- the request function */

static void
need_as_said(struct deciding *deciding, const struct yett_request_said *said)
{
	struct yett_decision *out = deciding->out;
	const struct yett_trust_set *trusts = &said->trusts;
	struct yett_judgement judgement;

	if (trusts->count == 0)
		trusts = &out->rule->trusts;
	if (trusts->count == 0)
		trusts = &out->site->fallback.trusts;
	judgement = yett_judge_peer(deciding->gen, trusts,
	    &deciding->request->peer);
	out->need = YETT_NEED_REQUIRE;
	out->verified = judgement.verified;
	out->judged = judgement.reason;
	out->judged_cause = judgement.cause;
	require(deciding, trusts, &judgement);
}

/* A location becomes a header field: no spaces and controls. */
static bool
is_location(struct yett_slice location)
{
	for (size_t i = 0; i < location.len; i++)
		if ((unsigned char)location.at[i] <= ' ' ||
		    location.at[i] == 0x7f)
			return false;
	return location.len > 0;
}

static void
redirect_as_said(struct yett_decision *out,
    const struct yett_request_said *said)
{
	uint32_t status = said->status == 0 ? 307 : said->status;

	if (!is_between(status, 300, 399) || !is_location(said->location)) {
		refuse(out, YETT_REASON_POLICY_ERROR, 500);
		return;
	}
	out->verdict = YETT_VERDICT_REDIRECT;
	out->reason = YETT_REASON_NONE;
	out->status = status;
	out->location = said->location;
}

static void
deny_as_said(struct yett_decision *out, const struct yett_request_said *said)
{
	uint32_t status = said->status == 0 ? 403 : said->status;

	if (is_between(status, 400, 599))
		refuse(out, YETT_REASON_DENIED, status);
	else
		refuse(out, YETT_REASON_POLICY_ERROR, 500);
}

static const char *
verdict_name(enum yett_request_verdict verdict)
{
	switch (verdict) {
	case YETT_REQUEST_DECLARED: return "nothing: the declared rule stands";
	case YETT_REQUEST_ALLOW: return "allow";
	case YETT_REQUEST_DENY: return "deny";
	case YETT_REQUEST_NEED_CERTIFICATE: return "need_certificate";
	case YETT_REQUEST_REDIRECT: return "redirect";
	case YETT_REQUEST_ERROR: break;
	}
	return "no verdict: it failed";
}

static void
decide_as_said(struct deciding *deciding, const struct yett_request_said *said)
{
	struct yett_decision *out = deciding->out;

	out->by_function = true;
	if (said->why.at != NULL ||
	    said->verdict != YETT_REQUEST_NEED_CERTIFICATE) {
		out->why = said->why;
		out->tell = said->tell;
	}
	switch (said->verdict) {
	case YETT_REQUEST_ALLOW: allow(out); return;
	case YETT_REQUEST_DENY: deny_as_said(out, said); return;
	case YETT_REQUEST_NEED_CERTIFICATE:
		need_as_said(deciding, said);
		return;
	case YETT_REQUEST_REDIRECT: redirect_as_said(out, said); return;
	case YETT_REQUEST_DECLARED:
	case YETT_REQUEST_ERROR: break;
	}
	refuse(out, YETT_REASON_POLICY_ERROR, 500);
}

static void
decide_by_function(struct deciding *deciding,
    const struct yett_judgement *judgement)
{
	const struct yett_functions *functions = deciding->functions;
	struct yett_decision *out = deciding->out;
	struct yett_request_said said = { .verdict = YETT_REQUEST_ERROR };

	if (functions != NULL && functions->request != NULL)
		functions->request(functions->arg, out->site, out->rule,
		    deciding->request, judgement->verified != NULL, &said,
		    &out->read);
	yett_trace_step(deciding->trace, "function", &out->site->place,
	    "request said %s", verdict_name(said.verdict));
	if (said.verdict == YETT_REQUEST_DECLARED)
		decide_declared(deciding, judgement);
	else
		decide_as_said(deciding, &said);
}

/* --- the rule */

/*
 * Whether the rule decides before the function. A site that requires refuses
 * in the handshake, so its function may count on a certificate; who has none
 * is on a connection older than the rules, or one that the hello's function
 * spared, and gets the answer for that. Nothing makes such a site weaker.
 */
static bool
rule_comes_first(const struct deciding *deciding,
    const struct yett_judgement *judgement)
{
	const struct yett_decision *out = deciding->out;

	return out->site->fallback.need == YETT_NEED_REQUIRE &&
	    out->need == YETT_NEED_REQUIRE && out->rule->shadow == 0 &&
	    judgement->verified == NULL;
}

/* What a rule needs of this client: nothing outside of its share. */
static enum yett_need
need_of(const struct deciding *deciding, const struct yett_rule *rule)
{
	struct yett_decision *out = deciding->out;

	if (rule->spared == 0)
		return rule->need;
	out->read |= YETT_FACT_CLIENT_IP;
	return yett_share_has(out->site, rule,
		   &deciding->request->hello->client_ip)
	    ? rule->need
	    : YETT_NEED_NONE;
}

/* A browser asks whether it may ask, and never shows a certificate for that:
 * neither the rule nor a function has a say. */
static void
allow_preflight(struct deciding *deciding)
{
	yett_trace_step(deciding->trace, "preflight",
	    &deciding->out->rule->place, "preflights pass here");
	allow(deciding->out);
}

void
yett_decide_path(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out)
{
	struct deciding deciding = { gen, functions, request, trace, out };
	const struct yett_rule *rule = yett_site_rule(out->site, request->path);
	struct yett_judgement judgement = yett_judge_peer(gen, &rule->trusts,
	    &request->peer);

	out->rule = rule;
	out->need = need_of(&deciding, rule);
	out->why = rule->why;
	out->tell = rule->tell;
	out->verified = judgement.verified;
	out->judged = judgement.reason;
	out->judged_cause = judgement.cause;
	if (out->site->paths != NULL)
		out->read |= YETT_FACT_PATH;
	yett_decision_trace_client(trace, request, &judgement);
	yett_decision_trace_rule(trace, gen, request, rule);
	if (out->need != rule->need)
		yett_trace_step(trace, "share", &rule->place,
		    "this client is not in the %u per cent that it is for",
		    100 - rule->spared);
	if (rule->preflight == YETT_PREFLIGHT_ALLOW)
		out->read |= YETT_FACT_PREFLIGHT;
	if (rule->preflight == YETT_PREFLIGHT_ALLOW && request->preflight)
		allow_preflight(&deciding);
	else if (out->site->request_function >= 0 &&
	    !rule_comes_first(&deciding, &judgement))
		decide_by_function(&deciding, &judgement);
	else
		decide_declared(&deciding, &judgement);
}
