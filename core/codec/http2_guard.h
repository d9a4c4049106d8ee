/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_guard.h - what a client may make us do for nothing.
 *
 * Each kind of frame that costs its receiver more than its sender has an
 * allowance: so many at once, and so many a second after that, which no honest
 * client comes near. Who spends one is cut off (ENHANCE_YOUR_CALM). Plain
 * values; knows no frames.
 */
#ifndef YETT_CODEC_HTTP2_GUARD_H
#define YETT_CODEC_HTTP2_GUARD_H

#include <stdbool.h>
#include <stdint.h>

/* The order is that of the metric's labels. */
enum yett_http2_fault {
	YETT_HTTP2_RESETS,   /* streams begun to be reset, by either side:
				CVE-2023-44487, CVE-2025-8671 */
	YETT_HTTP2_SETTINGS, /* each is to be acknowledged */
	YETT_HTTP2_PINGS,    /* likewise */
	YETT_HTTP2_EMPTY,    /* DATA that carries nothing and ends nothing */
	YETT_HTTP2_WINDOWS,  /* WINDOW_UPDATE by a few bytes */
	YETT_HTTP2_PRIORITIES,
	YETT_HTTP2_GUARDED, /* so many are counted; the rest happen once */
	/* A field list of many times the size that is allowed. */
	YETT_HTTP2_FIELDS = YETT_HTTP2_GUARDED,
	YETT_HTTP2_NO_PREFACE, /* what came is not HTTP/2 */
	YETT_HTTP2_PROTOCOL, /* a connection error (RFC 9113, section 5.4.1) */
	YETT_HTTP2_FAULTS,
};

/* All zero is a new one. */
struct yett_http2_guard {
	struct {
		float spent;
		uint64_t at; /* monotonic, when `spent` was right */
	} kind[YETT_HTTP2_GUARDED];
};

/* One more of `kind` at `now`, monotonic nanoseconds. False: one too many. */
bool yett_http2_guard_allows(struct yett_http2_guard *guard,
    enum yett_http2_fault kind, uint64_t now);

/* "resets" ...; static. */
const char *yett_http2_fault_name(enum yett_http2_fault fault);

#endif
