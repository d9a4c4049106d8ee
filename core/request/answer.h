/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.h - what the gateway itself answers: one table from reason to
 * response.
 *
 * A refused request, a late need and a request that is not HTTP are all told
 * here, as a problem document (RFC 9457) or a small HTML page, whatever the
 * wire.
 */
#ifndef YETT_REQUEST_ANSWER_H
#define YETT_REQUEST_ANSWER_H

#include "base/buf.h"
#include "http/head.h"
#include "policy/decide.h"

/* One answer. Slices are static or lent by the decision it was made from. */
struct yett_answer {
	unsigned status;
	/* What IIS logs for the same outcome: sc-substatus, sc-win32-status. */
	unsigned substatus;
	uint32_t win32;
	uint32_t hresult; /* 0: none is told */
	enum yett_reason reason;
	enum yett_cause cause;
	struct yett_slice title, detail;
	struct yett_slice type; /* of the problem, or the media type of body */
	struct yett_slice body; /* literal body of the author, or absent */
	struct yett_slice why;  /* told, or absent */
	/* Written with the path and the query of the request filled in, where
	 * it has places for them (http/location.h). */
	struct yett_slice location, path, query;
	struct yett_slice allow; /* value of Allow with 405, or absent */
	const struct yett_header *header;
	uint32_t header_count;
};

/* The answer that a decision other than "allow" gets; with YETT_STATUS_CUT it
 * is only told, never written. Total: a decision that makes no sense gets 500.
 */
void
yett_answer_for(const struct yett_decision *decision, struct yett_answer *out);

/* Append where the answer leads; nothing when it does not redirect.
 * YETT_E_NOMEM: a part may have been appended. */
YETT_MUST_USE
enum yett_status yett_answer_write_location(const struct yett_answer *answer,
    struct yett_buf *out);

/* An answer about the message itself: 400, 408, 431, 502 and their like.
 * `detail` is static text. */
void
yett_answer_plain(unsigned status, const char *detail, struct yett_answer *out);

/* The answer to OPTIONS that the gateway gives by itself. */
void yett_answer_options(struct yett_answer *out);

/* What the answer's bytes depend on besides the answer. */
struct yett_answer_env {
	struct yett_slice id;   /* of the decision; told as Yett-Decision */
	struct yett_slice date; /* IMF-fixdate of now */
	bool html;              /* the client prefers a page */
};

/* The most fields that an answer has besides its own (`header`). */
#define YETT_ANSWER_FIELDS 8

/* An answer as a message. */
struct yett_answer_message {
	/* The caller's array, of YETT_ANSWER_FIELDS and one for each header of
	 * the answer. */
	struct yett_field *field;
	uint32_t field_count;
	struct yett_slice body;
	char length[YETT_NUMBER_MOST], hresult[10]; /* values of fields */
};

/*
 * Write the answer's body and name its fields, Content-Length among them. What
 * `out` points to is in `text`, whose bytes are replaced, in `out`, in the
 * answer or in `env`.
 * YETT_E_NOMEM.
 */
YETT_MUST_USE
enum yett_status yett_answer_write(const struct yett_answer *answer,
    const struct yett_answer_env *env, struct yett_buf *text,
    struct yett_answer_message *out);

/* Whether a client that sent this Accept value wants HTML rather than JSON:
 * it must name text/html (RFC 9110, section 12.5.1). */
bool yett_answer_prefers_html(struct yett_slice accept);

#endif
