/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide.h"
#include "policy/share.h"
#include "policy/trust_set.h"

#define NAMES_MOST 256

static void
fail_function(struct yett_hello_decision *out)
{
	out->action = YETT_HANDSHAKE_ERROR;
	out->need = YETT_NEED_NONE;
	out->trusts = (struct yett_trust_set){ 0 };
}

static void
ask_as_derived(struct yett_hello_decision *out, const struct yett_hello *hello)
{
	struct yett_ask ask = yett_site_ask(out->site, &hello->client_ip);

	if (out->site->level_count > 0)
		out->read |= YETT_FACT_CLIENT_IP;
	out->action = YETT_HANDSHAKE_GO;
	out->need = ask.need;
	out->trusts = ask.trusts;
	out->because = ask.because;
	if (out->need == YETT_NEED_NONE)
		out->cause = YETT_CAUSE_POLICY;
}

/*
 * The trusts of a verdict that names none. A request may name all that the
 * paths want, since they are enforced later; a require is enforced at once,
 * so it means the site's own.
 */
static struct yett_trust_set
default_trusts(const struct yett_site *site, enum yett_need need)
{
	const struct yett_trust_set *own = &site->fallback.trusts;
	const struct yett_trust_set *derived = &site->ask.trusts;

	if (need == YETT_NEED_REQUIRE)
		return own->count > 0 ? *own : *derived;
	return derived->count > 0 ? *derived : *own;
}

static void
ask_as_said(struct yett_hello_decision *out, const struct yett_hello_said *said)
{
	out->why = said->why;
	switch (said->need) {
	case YETT_NEED_NONE:
		out->action = YETT_HANDSHAKE_GO;
		out->cause = YETT_CAUSE_FUNCTION;
		return;
	case YETT_NEED_REQUEST:
	case YETT_NEED_REQUIRE:
		out->need = said->need;
		out->trusts = said->trusts.count > 0
		    ? said->trusts
		    : default_trusts(out->site, said->need);
		if (out->trusts.count == 0)
			break; /* nothing to name */
		out->action = YETT_HANDSHAKE_GO;
		return;
	}
	fail_function(out);
}

static void
ask_function(const struct yett_functions *functions,
    const struct yett_hello *hello, const struct yett_trace *trace,
    struct yett_hello_decision *out)
{
	const struct yett_place *place = &out->site->place;
	struct yett_hello_said said = { .verdict = YETT_HELLO_ERROR };

	if (functions != NULL && functions->hello != NULL)
		functions->hello(functions->arg, out->site, hello, &said,
		    &out->read);
	switch (said.verdict) {
	case YETT_HELLO_DECLARED:
		yett_trace_step(trace, "function", place,
		    "client_hello said nothing: the declared rule stands");
		ask_as_derived(out, hello);
		return;
	case YETT_HELLO_ASK:
		yett_trace_step(trace, "function", place,
		    "client_hello said ask.%s", yett_need_name(said.need));
		ask_as_said(out, &said);
		return;
	case YETT_HELLO_REFUSE:
		yett_trace_step(trace, "function", place,
		    "client_hello said refuse");
		out->action = YETT_HANDSHAKE_REFUSE;
		out->why = said.why;
		return;
	case YETT_HELLO_ERROR: break;
	}
	yett_trace_step(trace, "function", place, "client_hello failed");
	fail_function(out);
}

/*
 * A client whose need came too late lately is asked, whatever else the site or
 * its function wants; a handshake that refuses or requires is stronger.
 */
static void
ask_who_learned(const struct yett_hello *hello, const struct yett_trace *trace,
    struct yett_hello_decision *out)
{
	if (out->action != YETT_HANDSHAKE_GO || out->need == YETT_NEED_REQUIRE)
		return;
	out->read |= YETT_FACT_LEARNED;
	if (!hello->learned)
		return;
	yett_trace_step(trace, "learned", &out->site->place,
	    "a need of this client came too late before");
	out->need = YETT_NEED_REQUEST;
	out->trusts = out->site->learned;
	out->cause = YETT_CAUSE_NONE;
	out->because = NULL;
}

static void
tell_ask(const struct yett_generation *gen, const struct yett_trace *trace,
    const struct yett_hello_decision *out)
{
	const struct yett_rule *because = out->because;
	bool why = out->why.len > 0;
	char names[NAMES_MOST];

	if (trace == NULL)
		return;
	switch (out->action) {
	case YETT_HANDSHAKE_GO: break;
	case YETT_HANDSHAKE_REFUSE:
	case YETT_HANDSHAKE_NO_SITE:
	case YETT_HANDSHAKE_ERROR:
		yett_trace_step(trace, "ask", NULL,
		    "the handshake is refused%s%.*s%s", why ? " \"" : "",
		    YETT_ARG(out->why), why ? "\"" : "");
		return;
	}
	if (out->need == YETT_NEED_NONE) {
		yett_trace_step(trace, "ask", &out->site->place, "none%s%.*s%s",
		    why ? " \"" : "", YETT_ARG(out->why), why ? "\"" : "");
		return;
	}
	yett_trust_set_write(names, sizeof(names), gen, &out->trusts);
	yett_trace_step(trace, "ask",
	    because != NULL ? &because->place : &out->site->place,
	    "%s, authorities of trust %s%s%.*s%s%.*s%s",
	    yett_need_name(out->need), names,
	    because != NULL ? ", because of " : "",
	    because != NULL ? (int)because->label.len : 0,
	    because != NULL ? because->label.at : "", why ? " \"" : "",
	    YETT_ARG(out->why), why ? "\"" : "");
}

void
yett_decide_hello(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_hello *hello,
    const struct yett_trace *trace, struct yett_hello_decision *out)
{
	const struct yett_site *site = yett_generation_site(gen, hello->sni);
	const char *sni = hello->sni.len > 0 ? "sni " : "no server name";

	*out = (struct yett_hello_decision){ .action = YETT_HANDSHAKE_NO_SITE,
		.site = site,
		.read = YETT_FACT_SNI };
	if (site == NULL) {
		yett_trace_step(trace, "hello", NULL, "%s%.*s -> no site", sni,
		    YETT_ARG(hello->sni));
	} else {
		yett_trace_step(trace, "hello", &site->place, "%s%.*s -> %.*s",
		    sni, YETT_ARG(hello->sni), YETT_ARG(site->label));
		if (site->hello_function >= 0)
			ask_function(functions, hello, trace, out);
		else
			ask_as_derived(out, hello);
		if (site->learns)
			ask_who_learned(hello, trace, out);
	}
	tell_ask(gen, trace, out);
}
