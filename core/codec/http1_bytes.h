/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http1_bytes.h - the plain bytes of an HTTP/1 connection and their memory.
 *
 * Between the TLS session and the codec; for the http1 files only. A failure
 * breaks the connection (YETT_CODEC_BROKEN) and ends its phase, so that callers
 * look at these and not at statuses.
 */
#ifndef YETT_CODEC_HTTP1_BYTES_H
#define YETT_CODEC_HTTP1_BYTES_H

#include "codec/http1_state.h"

/* More than this is not collected for a client that does not read. */
#define YETT_HTTP1_OUT 8192

/* Cut the connection: nothing more can be said on it. The client closed it, if
 * nothing else was noted. */
void yett_http1_fail(struct yett_http1 *http1);

/* The same for want of memory, which is told in the log (memory-out). */
void yett_http1_starve(struct yett_http1 *http1);

/* Read what the client sent into `in`, at most one record; true when bytes
 * came. Otherwise look at `eof` and at the state. */
bool yett_http1_read(struct yett_http1 *http1);

/* Hand `bytes` to the session; returns how many it took. */
size_t yett_http1_write_now(struct yett_http1 *http1, struct yett_slice bytes);

/* Hand what was collected to the session; true when nothing is left. */
bool yett_http1_write_out(struct yett_http1 *http1);

/* The client does not take what it has: make no more for it. */
bool yett_http1_is_stuck(struct yett_http1 *http1);

/* Collect `bytes` to be written. */
void yett_http1_put(struct yett_http1 *http1, struct yett_slice bytes);

#endif
