/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide.h - the decision: facts in, verdict out.
 *
 * Pure and total: no allocation, no status, no log, no clock. The gateway,
 * check, test and explain call the same two functions; explain passes a trace.
 * A decision calls the policy's functions through `struct yett_functions`,
 * which script/ fills, so that nothing here knows Lua.
 */
#ifndef YETT_POLICY_DECIDE_H
#define YETT_POLICY_DECIDE_H

#include "policy/facts.h"
#include "policy/generation.h"
#include "policy/trace.h"

/* What a client_hello function said. */
enum yett_hello_verdict {
	YETT_HELLO_DECLARED, /* nothing: the declared rule stands */
	YETT_HELLO_ASK,      /* ask.none / request / require {} */
	YETT_HELLO_REFUSE,   /* refuse {}: alert access_denied */
	YETT_HELLO_ERROR,    /* failed: alert internal_error */
};
struct yett_hello_said {
	enum yett_hello_verdict verdict;
	enum yett_need need; /* with ASK */
	/* With ASK. Empty: the site's own with REQUIRE, else all that the
	 * site's rules want. */
	struct yett_trust_set trusts;
	struct yett_slice why; /* lent until the next call */
};

/*
 * What a request function said. A verdict replaces the declared rule, so that
 * ALLOW lets in what the rule would refuse; NEED_CERTIFICATE keeps the rule's
 * identity, if it has one. A status of 0 means 403 with DENY, 307 with
 * REDIRECT; one out of range is a policy_error.
 */
enum yett_request_verdict {
	YETT_REQUEST_DECLARED,
	YETT_REQUEST_ALLOW,
	YETT_REQUEST_DENY,             /* status, why */
	YETT_REQUEST_NEED_CERTIFICATE, /* trusts, why */
	YETT_REQUEST_REDIRECT,         /* status, location */
	YETT_REQUEST_ERROR,
};
struct yett_request_said {
	enum yett_request_verdict verdict;
	uint32_t status;
	struct yett_trust_set trusts; /* empty: the rule's, else the site's */
	struct yett_slice why, location; /* lent until the next call */
	bool tell;
};

/* The functions of one instance. Each ORs into *read the facts it looked at.
 * Must answer ERROR rather than fail in any other way; *said is ERROR until
 * it writes. NULL members: a policy that has functions is refused with
 * policy_error. */
struct yett_functions {
	void (*hello)(void *arg, const struct yett_site *site,
	    const struct yett_hello *hello, struct yett_hello_said *said,
	    uint32_t *read);
	void (*request)(void *arg, const struct yett_site *site,
	    const struct yett_rule *rule, const struct yett_request *request,
	    bool verified, struct yett_request_said *said, uint32_t *read);
	void *arg;
};

/* What the handshake has to do. */
struct yett_hello_decision {
	enum {
		YETT_HANDSHAKE_GO,      /* ask as `need` says */
		YETT_HANDSHAKE_NO_SITE, /* missing_extension / unrecognized_name
					 */
		YETT_HANDSHAKE_REFUSE,  /* access_denied */
		YETT_HANDSHAKE_ERROR,   /* internal_error */
	} action;
	const struct yett_site *site; /* NULL with NO_SITE */
	enum yett_need need;
	/* A handshake refuses bad or missing certificates only when the *site*
	 * (or the function) says require; a path's require asks and is
	 * enforced in HTTP: then need is REQUEST here. */
	struct yett_trust_set trusts;    /* to name; empty with NONE */
	enum yett_cause cause;           /* with NONE: POLICY or FUNCTION */
	const struct yett_rule *because; /* derived from it, or NULL */
	struct yett_slice why;
	uint32_t read;
};

/*
 * Decide what the handshake of this hello asks. Who has no function gives
 * `functions` as NULL, and who wants no story `trace`.
 */
void yett_decide_hello(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_hello *hello,
    const struct yett_trace *trace, struct yett_hello_decision *out);

enum yett_verdict {
	YETT_VERDICT_REFUSE, /* zero: what an unset decision means */
	YETT_VERDICT_ALLOW,
	YETT_VERDICT_REDIRECT,
};

/* What becomes of a request. Slices and pointers hold until the generation
 * is released, the instance is called again or the request is gone. */
struct yett_decision {
	enum yett_verdict verdict;
	enum yett_reason reason;
	enum yett_cause cause;
	const struct yett_site *site;
	const struct yett_rule *rule; /* path rule or the site's fallback */
	const struct yett_trust
	    *verified;           /* the member that verified, or NULL */
	enum yett_reason judged; /* why what was sent did not verify; or NONE */
	enum yett_cause judged_cause;
	enum yett_need need; /* after the function spoke */
	bool by_function;    /* the verdict is the function's */
	/* Answer, then close, because only a new handshake can help: a late
	 * need as its `late.close` says, where AUTO means that the rules have
	 * changed and now ask for it; a missing or wrong certificate when the
	 * site asks for one; a site that is gone. */
	bool close;
	uint32_t status; /* of the answer; 0 with ALLOW; YETT_STATUS_CUT */
	/* With ALLOW: what a rule that is in shadow would have refused it for;
	 * or NONE. */
	enum yett_reason shadow;
	enum yett_cause shadow_cause;
	uint32_t shadow_status;
	/* Remember the client for so many milliseconds: its next handshake
	 * with this name is to be asked. 0: no. */
	uint32_t learn;
	const struct yett_late *late; /* with LATE: what it becomes */
	/* With REDIRECT; of a late need it holds `{path}` and `{query}`, which
	 * stand for these of the request (http/location.h). */
	struct yett_slice why, location;
	struct yett_slice path, query;
	bool tell;
	uint32_t read;
};

/*
 * Decide one request, by the site that the connection's server name has in
 * `gen`; when it has none, which a reload can cause, the request is
 * misdirected. A path that origins may read in several ways (site_path.h) is
 * decided in each: a refusal holds before a late need, and that before all
 * else.
 */
void yett_decide_request(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out);

#endif
