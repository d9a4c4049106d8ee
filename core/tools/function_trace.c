/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/function_trace.h"

static const char *
hello_word(const struct yett_hello_said *said)
{
	switch (said->verdict) {
	case YETT_HELLO_DECLARED: return "nothing";
	case YETT_HELLO_REFUSE: return "refuse";
	case YETT_HELLO_ERROR: return "an error";
	case YETT_HELLO_ASK: break;
	}
	switch (said->need) {
	case YETT_NEED_NONE: return "ask.none";
	case YETT_NEED_REQUEST: return "ask.request";
	case YETT_NEED_REQUIRE: break;
	}
	return "ask.require";
}

static const char *
request_word(enum yett_request_verdict verdict)
{
	switch (verdict) {
	case YETT_REQUEST_DECLARED: return "nothing";
	case YETT_REQUEST_ALLOW: return "allow";
	case YETT_REQUEST_DENY: return "deny";
	case YETT_REQUEST_NEED_CERTIFICATE: return "need_certificate";
	case YETT_REQUEST_REDIRECT: return "redirect";
	case YETT_REQUEST_ERROR: break;
	}
	return "an error";
}

static void
hear_hello(void *arg, const struct yett_site *site,
    const struct yett_hello *hello, struct yett_hello_said *said,
    uint32_t *read)
{
	struct yett_function_trace *trace = arg;

	trace->functions->hello(trace->functions->arg, site, hello, said, read);
	trace->hello = hello_word(said);
}

static void
hear_request(void *arg, const struct yett_site *site,
    const struct yett_rule *rule, const struct yett_request *request,
    bool verified, struct yett_request_said *said, uint32_t *read)
{
	struct yett_function_trace *trace = arg;

	trace->functions->request(trace->functions->arg, site, rule, request,
	    verified, said, read);
	trace->request = request_word(said->verdict);
}

struct yett_functions
yett_function_trace_functions(struct yett_function_trace *trace,
    const struct yett_functions *functions)
{
	*trace = (struct yett_function_trace){ .functions = functions };
	return (struct yett_functions){ .hello = hear_hello,
		.request = hear_request,
		.arg = trace };
}
