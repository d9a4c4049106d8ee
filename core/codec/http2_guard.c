/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/http2_guard.h"

#include "request/counters.h"

_Static_assert((int)YETT_HTTP2_FAULTS == (int)YETT_HTTP2_FAULTS_MOST,
    "each has a counter");

bool
yett_http2_guard_allows(struct yett_http2_guard *guard,
    enum yett_http2_fault kind, uint64_t now)
{
	/* A browser that leaves a page resets what it loads, up to the limit
	 * of streams, and may do so again soon; gRPC measures the delay with
	 * up to ten PINGs a second; some send PRIORITY with each request. */
	static const struct {
		float most, per_second;
	} allowance[YETT_HTTP2_GUARDED] = {
		[YETT_HTTP2_RESETS] = { 300, 30 },
		[YETT_HTTP2_SETTINGS] = { 20, 1 },
		[YETT_HTTP2_PINGS] = { 100, 10 },
		[YETT_HTTP2_EMPTY] = { 100, 10 },
		[YETT_HTTP2_WINDOWS] = { 500, 50 },
		[YETT_HTTP2_PRIORITIES] = { 1000, 500 },
	};
	float *spent = &guard->kind[kind].spent;
	float since = (float)(now - guard->kind[kind].at) / 1e9f;

	*spent -= since * allowance[kind].per_second;
	if (*spent < 0)
		*spent = 0;
	guard->kind[kind].at = now;
	*spent += 1;
	return *spent <= allowance[kind].most;
}

const char *
yett_http2_fault_name(enum yett_http2_fault fault)
{
	switch (fault) {
	case YETT_HTTP2_RESETS: return "resets";
	case YETT_HTTP2_SETTINGS: return "settings";
	case YETT_HTTP2_PINGS: return "pings";
	case YETT_HTTP2_EMPTY: return "empty_frames";
	case YETT_HTTP2_WINDOWS: return "window_updates";
	case YETT_HTTP2_PRIORITIES: return "priorities";
	case YETT_HTTP2_FIELDS: return "fields";
	case YETT_HTTP2_NO_PREFACE: return "no_preface";
	case YETT_HTTP2_PROTOCOL: return "protocol_error";
	case YETT_HTTP2_FAULTS: break;
	}
	return "unknown";
}
