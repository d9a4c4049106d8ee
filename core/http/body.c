/* SPDX-License-Identifier: Apache-2.0 */
#include "http/body.h"

#include "http/octet.h"

#define SIZE_DIGITS 16 /* leading zeros count too */

/* What the next byte of a chunked body is (RFC 9112, section 7.1). */
enum state {
	SIZE_FIRST, /* first digit of a chunk size */
	SIZE,       /* another digit, white space, `;` or CR */
	SIZE_SPACE, /* white space or `;` behind the size */
	EXTENSION,  /* bytes behind `;`, or CR */
	SIZE_LF,    /* LF of the line of the size */
	PAYLOAD,    /* bytes of the chunk */
	PAYLOAD_CR, /* CR LF behind the chunk */
	PAYLOAD_LF,
	TRAILER, /* first byte of a trailer line, or CR of the last line */
	TRAILER_NAME,
	TRAILER_VALUE,
	TRAILER_LF,
	LAST_LF, /* the last byte of the body */
	BROKEN,  /* refused; stays so */
};

void
yett_body_init(struct yett_body *body, const struct yett_head *head)
{
	*body = (struct yett_body){
		.framing = head->framing,
		.state = SIZE_FIRST,
		.left = head->length,
		.ended = head->framing == YETT_FRAMING_NONE ||
		    (head->framing == YETT_FRAMING_LENGTH && head->length == 0),
	};
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* Another byte behind the size; false: they are too many. */
static bool
count_extension(struct yett_body *body, struct yett_refusal *refusal)
{
	if (++body->extension > YETT_BODY_EXTENSION_MOST ||
	    ++body->extensions > YETT_BODY_EXTENSIONS_MOST)
		return yett_refuse(refusal, 400,
		    "the chunk extensions are too long");
	return true;
}

/* A byte of the size, or what ends it. */
static bool
step_size(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	const int digit = yett_hex_digit(c);

	if (digit >= 0) {
		if (++body->digits > SIZE_DIGITS || body->left >> 59 != 0)
			return yett_refuse(refusal, 400,
			    "a chunk size is too large");
		body->left = body->left << 4 | (uint64_t)digit;
		body->state = SIZE;
		return true;
	}
	if (body->state == SIZE && c == '\r') {
		body->state = SIZE_LF;
		return true;
	}
	if (body->state == SIZE && (c == ';' || is_space(c))) {
		body->extension = 0;
		body->state = c == ';' ? EXTENSION : SIZE_SPACE;
		return c == ';' || count_extension(body, refusal);
	}
	return yett_refuse(refusal, 400, "a chunk size is not a hex number");
}

/* White space that an extension has to follow (RFC 9112, section 7.1.1). */
static bool
step_size_space(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	if (c == ';') {
		body->state = EXTENSION;
		return true;
	}
	if (!is_space(c))
		return yett_refuse(refusal, 400,
		    "no extension follows the space behind a chunk size");
	return count_extension(body, refusal);
}

static bool
step_extension(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	if (c == '\r') {
		body->state = SIZE_LF;
		return true;
	}
	if (!yett_octet_is(c, YETT_OCTET_VALUE))
		return yett_refuse(refusal, 400,
		    "a chunk extension has a control byte");
	return count_extension(body, refusal);
}

/* The first byte of a line behind the last chunk. */
static bool
step_trailer(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	if (c == '\r') {
		body->state = LAST_LF;
		return true;
	}
	if (!yett_octet_is(c, YETT_OCTET_TOKEN))
		return yett_refuse(refusal, 400,
		    "a trailer name is not a token");
	if (++body->trailer_fields > YETT_BODY_TRAILER_FIELDS)
		return yett_refuse(refusal, 400, "there are too many trailers");
	body->state = TRAILER_NAME;
	return true;
}

/* Another byte of such a line. */
static bool
step_trailer_line(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	if (body->state == TRAILER_NAME) {
		if (c == ':')
			body->state = TRAILER_VALUE;
		else if (!yett_octet_is(c, YETT_OCTET_TOKEN))
			return yett_refuse(refusal, 400,
			    "a trailer name is not a token");
	} else if (c == '\r') {
		body->state = TRAILER_LF;
	} else if (!yett_octet_is(c, YETT_OCTET_VALUE)) {
		return yett_refuse(refusal, 400,
		    "a trailer value has a control byte");
	}
	return true;
}

static bool
step_line_end(struct yett_body *body, char c, char want, enum state next,
    struct yett_refusal *refusal)
{
	if (c != want)
		return yett_refuse(refusal, 400,
		    "a line of the chunked body does not end with CR LF");
	body->state = next;
	return true;
}

/* Take one byte of the framing. */
static bool
step(struct yett_body *body, char c, struct yett_refusal *refusal)
{
	if (body->state >= TRAILER && ++body->trailer > YETT_BODY_TRAILER_MOST)
		return yett_refuse(refusal, 400, "the trailers are too long");
	switch ((enum state)body->state) {
	case SIZE_FIRST:
	case SIZE: return step_size(body, c, refusal);
	case SIZE_SPACE: return step_size_space(body, c, refusal);
	case EXTENSION: return step_extension(body, c, refusal);
	case SIZE_LF:
		body->digits = 0;
		return step_line_end(body, c, '\n',
		    body->left > 0 ? PAYLOAD : TRAILER, refusal);
	case PAYLOAD_CR:
		return step_line_end(body, c, '\r', PAYLOAD_LF, refusal);
	case PAYLOAD_LF:
		return step_line_end(body, c, '\n', SIZE_FIRST, refusal);
	case TRAILER: return step_trailer(body, c, refusal);
	case TRAILER_NAME:
	case TRAILER_VALUE: return step_trailer_line(body, c, refusal);
	case TRAILER_LF: return step_line_end(body, c, '\n', TRAILER, refusal);
	case LAST_LF:
		body->ended = c == '\n';
		return step_line_end(body, c, '\n', LAST_LF, refusal);
	case PAYLOAD: /* is no framing: never comes here */
	case BROKEN: break;
	}
	return yett_refuse(refusal, 400, "the body was refused before");
}

/* Hand out what of the body or chunk lies in `in`. */
static void
take_payload(struct yett_body *body, struct yett_slice in,
    struct yett_slice *payload)
{
	*payload = in;
	if (body->framing != YETT_FRAMING_TO_END) {
		if (payload->len > body->left)
			payload->len = body->left;
		body->left -= payload->len;
		if (body->left == 0) {
			body->ended = body->framing == YETT_FRAMING_LENGTH;
			body->state = PAYLOAD_CR;
		}
	}
	body->payload += payload->len;
}

/*
 * Take what of the framing lies at the start of `in`; returns how many bytes.
 * Those of trailer lines are told in `lines`. False: refused.
 */
static bool
take_framing(struct yett_body *body, struct yett_slice in, size_t *taken,
    struct yett_slice *lines, struct yett_refusal *refusal)
{
	size_t i = 0;

	*lines = (struct yett_slice){ in.at, 0 };
	while (!body->ended && body->state != PAYLOAD && i < in.len) {
		const bool within = body->state > TRAILER &&
		    body->state <= TRAILER_LF;

		if (!step(body, in.at[i], refusal)) {
			body->state = BROKEN;
			return false;
		}
		if (within || body->state == TRAILER_NAME) {
			if (lines->len == 0)
				lines->at = in.at + i;
			lines->len++;
		}
		i++;
	}
	*taken = i;
	return true;
}

enum yett_body_step
yett_body_next(struct yett_body *body, struct yett_slice in,
    struct yett_slice *payload, size_t *consumed, struct yett_refusal *refusal)
{
	struct yett_slice lines = YETT_SLICE_NONE;
	size_t i = 0;

	*consumed = 0;
	if (body->framing == YETT_FRAMING_CHUNKED &&
	    !take_framing(body, in, &i, &lines, refusal))
		return YETT_BODY_BAD;
	*consumed = i;
	if (lines.len > 0) {
		*payload = lines;
		return YETT_BODY_TRAILER;
	}
	if (body->ended)
		return YETT_BODY_END;
	if (i == in.len)
		return YETT_BODY_MORE;
	in = (struct yett_slice){ in.at + i, in.len - i };
	take_payload(body, in, payload);
	*consumed += payload->len;
	return YETT_BODY_DATA;
}

enum yett_body_step
yett_body_finish(struct yett_body *body, struct yett_refusal *refusal)
{
	if (body->framing == YETT_FRAMING_TO_END)
		body->ended = true;
	if (body->ended)
		return YETT_BODY_END;
	(void)yett_refuse(refusal, 400, "the body ends before its time");
	return YETT_BODY_BAD;
}

struct yett_slice
yett_chunk_head_write(char out[YETT_CHUNK_HEAD_MOST], uint64_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t count = 0;
	int shift = 60;

	while (shift > 0 && len >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		out[count++] = hex[len >> shift & 15];
	out[count++] = '\r';
	out[count++] = '\n';
	return (struct yett_slice){ out, count };
}
