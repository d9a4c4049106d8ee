/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/decide_path.h"
#include "policy/decision_trace.h"
#include "policy/site_path.h"

/* One decision under way. */
struct deciding {
	const struct yett_generation *gen;
	const struct yett_functions *functions;
	const struct yett_request *request;
	const struct yett_trace *trace;
	struct yett_decision *out;
};

/*
 * Whether the request is of the site that the handshake was made with. Equal
 * names, even inside a wildcard: each name may have another certificate and
 * another owner. Without SNI, Host must not reach a site that has a name.
 */
static bool
belongs(const struct deciding *deciding)
{
	struct yett_slice sni = deciding->request->hello->sni;
	struct yett_slice host = deciding->request->host;

	if (deciding->out->site == NULL)
		return false;
	if (sni.len > 0)
		return yett_slice_eq(sni, host);
	return !yett_generation_declares(deciding->gen, host);
}

/* --- a path with several readings */

/* The order of verdicts that differ between the readings of one path. */
static int
strictness(const struct yett_decision *decision)
{
	if (decision->reason == YETT_REASON_LATE)
		return 2;
	switch (decision->verdict) {
	case YETT_VERDICT_ALLOW: return 0;
	case YETT_VERDICT_REDIRECT: return 1;
	case YETT_VERDICT_REFUSE: break;
	}
	return 3;
}

/* Take the verdict of another reading if it is stricter; what it would have
 * been refused for, were its rule not in shadow, is kept in any case. */
static bool
take_stricter(struct yett_decision *out, const struct yett_decision *other)
{
	if (strictness(other) > strictness(out)) {
		*out = *other;
		return true;
	}
	if (out->shadow == YETT_REASON_NONE) {
		out->shadow = other->shadow;
		out->shadow_cause = other->shadow_cause;
		out->shadow_status = other->shadow_status;
	}
	return false;
}

static void
fail(struct yett_decision *out)
{
	out->verdict = YETT_VERDICT_REFUSE;
	out->reason = YETT_REASON_POLICY_ERROR;
	out->status = 500;
}

/* Decide one reading; the path of a redirect stays the one that was sent. */
static void
decide_reading(const struct deciding *of, const struct yett_trace *trace,
    struct yett_slice path, struct yett_decision *out)
{
	struct yett_request request = *of->request;

	request.path = path;
	yett_decide_path(of->gen, of->functions, &request, trace, out);
	if (out->path.at != NULL)
		out->path = of->request->path;
}

/*
 * Decide the reading `number` once more, for what a function says is lent until
 * its next call. A function that says less now fails.
 */
static void
decide_again(const struct deciding *deciding, unsigned number,
    const struct yett_decision *before, char *text)
{
	struct yett_decision *out = deciding->out;
	struct yett_path_readings readings;
	struct yett_path_reading reading;
	int was = strictness(out);

	yett_path_readings_init(&readings, deciding->request->path);
	while (yett_path_readings_next(&readings, &reading, text))
		if (reading.number == number)
			break;
	*out = *before;
	decide_reading(deciding, NULL, reading.path, out);
	if (strictness(out) < was)
		fail(out);
}

/* The strictest of what is decided for all readings (site_path.h). */
static void
decide_readings(struct deciding *deciding)
{
	char text[YETT_SITE_PATH_READ_MOST];
	const struct yett_decision before = *deciding->out;
	struct yett_decision *out = deciding->out;
	struct yett_path_readings readings;
	struct yett_path_reading reading;
	unsigned strictest = 0, last = 0;
	uint32_t read;

	if (deciding->request->path.len > sizeof(text))
		return; /* refused as it is */
	decide_reading(deciding, deciding->trace, deciding->request->path, out);
	read = out->read;
	yett_path_readings_init(&readings, deciding->request->path);
	while (yett_path_readings_next(&readings, &reading, text)) {
		struct yett_decision other = before;

		if (reading.number == 0)
			continue;
		yett_trace_step(deciding->trace, "reading", NULL,
		    "the upstream may read the path as %.*s",
		    YETT_ARG(reading.path));
		decide_reading(deciding, deciding->trace, reading.path, &other);
		read |= other.read;
		last = reading.number;
		if (take_stricter(out, &other))
			strictest = last;
	}
	if (strictest != last && out->by_function)
		decide_again(deciding, strictest, &before, text);
	out->read |= read | YETT_FACT_PATH;
}

void
yett_decide_request(const struct yett_generation *gen,
    const struct yett_functions *functions, const struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *out)
{
	struct deciding deciding = { gen, functions, request, trace, out };

	*out = (struct yett_decision){ .reason = YETT_REASON_POLICY_ERROR,
		.status = 500,
		.read = YETT_FACT_SNI | YETT_FACT_HOST };
	out->site = yett_generation_site(gen, request->hello->sni);
	if (belongs(&deciding)) {
		if (out->site->keeps != 0 &&
		    (yett_path_kept(request->path) & out->site->keeps) != 0)
			decide_readings(&deciding);
		else
			yett_decide_path(gen, functions, request, trace, out);
	} else {
		yett_decision_trace_misdirected(trace, request);
		out->reason = YETT_REASON_MISDIRECTED;
		out->status = 421;
		/* After a reload no request can belong here any more. */
		out->close = out->site == NULL;
	}
	yett_decision_trace_decision(trace, out);
}
