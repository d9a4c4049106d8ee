/* SPDX-License-Identifier: Apache-2.0 */
/*
 * head.h - the head of a message: start line, fields, and what they say about
 * the body and the connection; both directions of HTTP/1.
 *
 * Parsing allocates and copies nothing: all slices point into the given bytes.
 * It is strict where implementations are known to disagree: there is exactly
 * one framing, lines end with CR LF, a name is a token directly before its
 * colon. It refuses everything else, and the connection must not be used
 * again.
 */
#ifndef YETT_HTTP_HEAD_H
#define YETT_HTTP_HEAD_H

#include "base/buf.h"
#include "http/field.h"
#include "http/method.h"
#include "http/refusal.h"
#include "http/uri.h"

#define YETT_HEAD_FIELDS 100 /* default for the size of the field array */

struct yett_head_limits {
	size_t head_len;   /* bytes of a head with its last empty line */
	size_t target_len; /* bytes of a request target */
};

#define YETT_HEAD_LIMITS_DEFAULT                                               \
	((struct yett_head_limits){ .head_len = 32 * 1024,                     \
	    .target_len = 8 * 1024 })

/* How the body ends (RFC 9112, section 6.3). */
enum yett_framing {
	YETT_FRAMING_NONE,    /* there is no body */
	YETT_FRAMING_LENGTH,  /* after `length` bytes, perhaps 0 */
	YETT_FRAMING_CHUNKED, /* with a last chunk */
	YETT_FRAMING_TO_END,  /* with the connection; responses only */
};

/* A parsed head. Lent bytes: it is worth what they are worth. */
struct yett_head {
	struct yett_field *field; /* the caller's array, of field_cap */
	uint32_t field_cap;
	uint32_t field_count;

	struct yett_slice method, target; /* of a request */
	enum yett_method method_id;
	unsigned status;          /* of a response: 100 to 599 */
	struct yett_slice reason; /* of a response; may be empty */

	unsigned minor; /* HTTP/1.minor: 0 or 1 */
	enum yett_framing framing;
	uint64_t length;        /* of framing LENGTH, else 0 */
	bool keep_alive;        /* another message may follow this one */
	bool expect_continue;   /* 1.1 and Expect: 100-continue */
	bool wants_upgrade;     /* 1.1, Upgrade, and Connection names it */
	bool takes_trailers;    /* 1.1, and TE names trailers */
	bool names_fields;      /* Connection names fields of this hop */
	struct yett_slice host; /* the Host field; at NULL when not sent */
	size_t len; /* bytes of the head; the body begins behind them */
};

/* Give the head its array of fields, whose size is the limit of their count. */
static inline void
yett_head_init(struct yett_head *head, struct yett_field *field, uint32_t cap)
{
	*head = (struct yett_head){ .field = field, .field_cap = cap };
}

/*
 * Read the head of a request at the start of `bytes`, which may hold a part of
 * it or much more. `scanned` is 0 for a new head; between calls it remembers
 * how far the end was looked for, while the bytes may grow and move. Up to
 * eight empty lines before the request line are skipped (RFC 9112,
 * section 2.2). What begins like no request, such as TLS, is BAD at its first
 * byte.
 *
 * DONE: `head` is filled in; head->len bytes are used up.
 * MORE: the end is not there yet; `head` says nothing.
 * BAD:  400, 414 target too long, 417 expectation unknown, 431 too long or too
 *       many fields, 501 method or transfer coding unknown, 505 version.
 */
YETT_MUST_USE
enum yett_parse yett_head_parse_request(struct yett_head *head,
    struct yett_slice bytes, size_t *scanned,
    const struct yett_head_limits *limits, struct yett_refusal *refusal);

/*
 * Read the head of a response to a request of method `to` in the same way.
 * Interim responses (1xx) are heads of their own, without body. Refusals have
 * status 502.
 */
YETT_MUST_USE
enum yett_parse
yett_head_parse_response(struct yett_head *head, struct yett_slice bytes,
    size_t *scanned, const struct yett_head_limits *limits, enum yett_method to,
    struct yett_refusal *refusal);

/*
 * Append "METHOD path?query HTTP/1.1", the fields as they are, and the empty
 * line. The fields are the caller's choice, framing and Host included; he may
 * build them in place in the array of a parsed head.
 *
 * YETT_E_ARGUMENT: the line or a field has bytes that could break the framing.
 * YETT_E_NOMEM. In both cases `out` holds what it held.
 */
YETT_MUST_USE
enum yett_status
yett_head_write_request(struct yett_buf *out, struct yett_slice method,
    const struct yett_uri *uri, const struct yett_field *field, size_t count);

/*
 * Append "HTTP/1.1 status reason", the fields and the empty line. An empty
 * reason becomes the usual phrase. As above otherwise.
 */
YETT_MUST_USE
enum yett_status yett_head_write_response(struct yett_buf *out, unsigned status,
    struct yett_slice reason, const struct yett_field *field, size_t count);

/* The usual reason phrase of a status code; empty when there is none. */
struct yett_slice yett_head_reason(unsigned status);

#define YETT_NUMBER_MOST 20 /* digits of a uint64_t */

/* Write `number` in decimal: the value of a Content-Length field. */
struct yett_slice
yett_number_write(char out[YETT_NUMBER_MOST], uint64_t number);

#endif
