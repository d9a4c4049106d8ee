/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http2_head.h - field lists of HTTP/2: collected, and made the head that every
 * request has (RFC 9113, section 8.3).
 *
 * nghttp2 has checked what a message may be made of: names in lower case, bytes
 * of values, which pseudo-header fields there are and where, that no field is
 * about a connection, that Content-Length and DATA agree. For the http2 files.
 */
#ifndef YETT_CODEC_HTTP2_HEAD_H
#define YETT_CODEC_HTTP2_HEAD_H

#include "codec/http2_state.h"
#include "http/refusal.h"

/* Forget what was collected. */
void yett_http2_fields_clear(struct yett_http2_fields *fields);

/* What a field list may have; above that it is remembered as too large, and
 * nothing more is kept. */
struct yett_http2_fields_limits {
	size_t size;
	uint32_t count;
};

/* One more field, copied. YETT_E_NOMEM. YETT_E_LIMIT: the list is many times
 * too large, and reading on would serve its sender alone. */
YETT_MUST_USE
enum yett_status
yett_http2_fields_add(struct yett_http2_fields *fields, struct yett_slice name,
    struct yett_slice value, const struct yett_http2_fields_limits *limits);

/*
 * Make a head of a request's list; its fields go to the array that `head` was
 * initialised with, and lie in `fields`. `is_end`: no DATA follows.
 *
 * False: 400 no scheme https, a Host that is not :authority, neither of them;
 * 414, 431, 501, and what http/head_fields.h says. YETT_E_NOMEM is 503.
 */
YETT_MUST_USE
bool yett_http2_head_read(struct yett_http2_fields *fields, size_t target_most,
    bool is_end, struct yett_head *head, struct yett_refusal *refusal);

/* Append a list as lines, as http/trailer.h reads them. YETT_E_NOMEM: a part
 * may have been appended. */
YETT_MUST_USE
enum yett_status yett_http2_fields_write(const struct yett_http2_fields *fields,
    struct yett_buf *lines);

#endif
