/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decision_trace.h"

#include "policy/trust_set.h"

#define NAMES_MOST 256

void
yett_decision_trace_client(const struct yett_trace *trace,
    const struct yett_request *request, const struct yett_judgement *judgement)
{
	const struct yett_certificate *leaf = request->peer.leaf;
	/* Names may be only in its extensions; a record keeps none. */
	bool named = leaf != NULL && leaf->subject.len > 0;
	struct yett_slice subject = named ? leaf->subject
					  : YETT_LIT("a certificate");
	const char *quote = named ? "\"" : "";

	if (trace == NULL)
		return;
	if (leaf == NULL && request->asked.need == YETT_NEED_NONE)
		yett_trace_step(trace, "client", NULL,
		    "was not asked for a certificate");
	else if (leaf == NULL)
		yett_trace_step(trace, "client", NULL, "sent no certificate");
	else if (judgement->verified == NULL)
		yett_trace_step(trace, "client", NULL, "sent %s%.*s%s, %s",
		    quote, YETT_ARG(subject), quote,
		    yett_reason_name(judgement->reason));
	else
		yett_trace_step(trace, "client", NULL,
		    "sent %s%.*s%s, verified by trust \"%.*s\"", quote,
		    YETT_ARG(subject), quote,
		    YETT_ARG(judgement->verified->name));
}

void
yett_decision_trace_rule(const struct yett_trace *trace,
    const struct yett_generation *gen, const struct yett_request *request,
    const struct yett_rule *rule)
{
	char names[NAMES_MOST];

	if (trace == NULL)
		return;
	yett_trace_step(trace, "request", &rule->place, "%.*s %.*s -> %.*s",
	    YETT_ARG(request->method), YETT_ARG(request->path),
	    YETT_ARG(rule->label));
	yett_trust_set_write(names, sizeof(names), gen, &rule->trusts);
	yett_trace_step(trace, "need", &rule->place, "certificate = \"%s\"%s%s",
	    yett_need_name(rule->need),
	    rule->trusts.count > 0 ? ", trust " : "", names);
}

void
yett_decision_trace_misdirected(const struct yett_trace *trace,
    const struct yett_request *request)
{
	struct yett_slice sni = request->hello->sni;

	yett_trace_step(trace, "request", NULL,
	    "%.*s %.*s for \"%.*s\", on a connection %s%.*s%s",
	    YETT_ARG(request->method), YETT_ARG(request->path),
	    YETT_ARG(request->host),
	    sni.len > 0 ? "to \"" : "without a server name", YETT_ARG(sni),
	    sni.len > 0 ? "\"" : "");
}

void
yett_decision_trace_decision(const struct yett_trace *trace,
    const struct yett_decision *decision)
{
	const struct yett_place *place = decision->rule != NULL
	    ? &decision->rule->place
	    : NULL;
	const char *cause = yett_cause_name(decision->cause);
	bool why = decision->why.len > 0;

	if (trace == NULL)
		return;
	switch (decision->verdict) {
	case YETT_VERDICT_ALLOW:
		if (decision->shadow != YETT_REASON_NONE)
			yett_trace_step(trace, "shadow", place,
			    "would be %u %s, but the rule is in shadow",
			    decision->shadow_status,
			    yett_reason_name(decision->shadow));
		yett_trace_step(trace, "decision", place, "allow%s%.*s%s",
		    why ? " \"" : "", YETT_ARG(decision->why), why ? "\"" : "");
		return;
	case YETT_VERDICT_REDIRECT:
		yett_trace_step(trace, "decision", place,
		    "%u redirect%s%s to %.*s", decision->status,
		    decision->late != NULL ? ", late, cause " : "", cause,
		    YETT_ARG(decision->location));
		return;
	case YETT_VERDICT_REFUSE: break;
	}
	yett_trace_step(trace, "decision", place, "%u %s%s%s%s%s%.*s%s",
	    decision->status, yett_reason_name(decision->reason),
	    cause[0] != '\0' ? " (" : "", cause, cause[0] != '\0' ? ")" : "",
	    why ? " \"" : "", YETT_ARG(decision->why), why ? "\"" : "");
}
