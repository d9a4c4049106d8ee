/* SPDX-License-Identifier: Apache-2.0 */
#include "http/head.h"

#include "http/head_fields.h"
#include "http/octet.h"

/* Before a request line, as some clients send one after a body. */
#define EMPTY_LINES_MOST 8

/* The first byte of a TLS connection (RFC 8446, section 5.1). */
#define TLS_HANDSHAKE '\x16'

/* The bytes not read yet. */
struct input {
	const char *at, *end;
};

static const char too_long[] = "the head is too long";

/*
 * Why a byte that may not stand here is refused. The end of the input counts
 * as too long, for heads are parsed when their end or their limit is there.
 */
static bool
refuse_byte(const struct input *in, struct yett_refusal *refusal,
    const char *otherwise)
{
	const size_t left = (size_t)(in->end - in->at);

	if (left == 0 || (left == 1 && *in->at == '\r'))
		return yett_refuse(refusal, 431, too_long);
	if (*in->at == '\0')
		return yett_refuse(refusal, 400, "there is a NUL byte");
	if (*in->at == '\n')
		return yett_refuse(refusal, 400, "a line ends with a bare LF");
	if (*in->at == '\r' && in->at[1] != '\n')
		return yett_refuse(refusal, 400, "there is a bare CR");
	return yett_refuse(refusal, 400, otherwise);
}

/* Take CR LF. */
static bool
take_line_end(struct input *in, struct yett_refusal *refusal,
    const char *otherwise)
{
	if (in->end - in->at < 2 || memcmp(in->at, "\r\n", 2) != 0)
		return refuse_byte(in, refusal, otherwise);
	in->at += 2;
	return true;
}

static bool
take_space(struct input *in, struct yett_refusal *refusal)
{
	if (in->at == in->end || *in->at != ' ')
		return refuse_byte(in, refusal,
		    "the first line is not three words");
	in->at++;
	return true;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct yett_slice
take_token(struct input *in)
{
	const char *start = in->at, *at = start, *end = in->end;

	while (at < end && yett_octet_is(*at, YETT_OCTET_TOKEN))
		at++;
	in->at = at;
	return (struct yett_slice){ start, (size_t)(at - start) };
}

static bool
take_method(struct yett_head *head, struct input *in,
    struct yett_refusal *refusal)
{
	if (in->at < in->end && *in->at == TLS_HANDSHAKE)
		return yett_refuse(refusal, 400, "this is TLS, not HTTP");
	head->method = take_token(in);
	if (head->method.len > YETT_METHOD_MOST)
		return yett_refuse(refusal, 501, "the method is too long");
	if (in->at == in->end || *in->at != ' ')
		return refuse_byte(in, refusal, "the method is not a token");
	if (head->method.len == 0)
		return yett_refuse(refusal, 400,
		    "there is white space before the method");
	return yett_head_know_method(head, refusal);
}

static bool
take_target(struct yett_head *head, struct input *in, size_t most,
    struct yett_refusal *refusal)
{
	const char *start = in->at;

	while (
	    in->at < in->end && (unsigned char)*in->at > ' ' && *in->at != 0x7f)
		in->at++;
	head->target = (struct yett_slice){ start, (size_t)(in->at - start) };
	if (head->target.len > most || in->at == in->end)
		return yett_refuse(refusal, 414, "the target is too long");
	if (head->target.len == 0)
		return refuse_byte(in, refusal, "the target is empty");
	if (*in->at == '\r')
		return yett_refuse(refusal, 400, "the HTTP version is missing");
	if (*in->at != ' ')
		return refuse_byte(in, refusal,
		    "the target has a byte that must be escaped");
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* HTTP/1.x: what is above 1.1 is read as that (RFC 9110, section 2.5). */
static bool
take_version(struct yett_head *head, struct input *in,
    struct yett_refusal *refusal)
{
	static const char name[] = "HTTP/1.";
	const size_t most = sizeof(name) - 1;
	const char *at = in->at;
	size_t same = 0;

	while (same < most && at + same < in->end && at[same] == name[same])
		same++;
	if (in->end - at > (ptrdiff_t)most && same >= 5 && is_digit(at[5]) &&
	    at[6] == '.' && is_digit(at[7])) {
		if (same < most)
			return yett_refuse(refusal, 505,
			    "the version is not HTTP/1");
		head->minor = at[7] != '0';
		in->at += most + 1;
		return true;
	}
	in->at += same;
	return refuse_byte(in, refusal, "this is no HTTP version");
}

static bool
take_request_line(struct yett_head *head, struct input *in, size_t target_most,
    struct yett_refusal *refusal)
{
	return take_method(head, in, refusal) && take_space(in, refusal) &&
	    take_target(head, in, target_most, refusal) &&
	    take_space(in, refusal) && take_version(head, in, refusal) &&
	    take_line_end(in, refusal, "the first line is not three words");
}

static bool
take_status(struct yett_head *head, struct input *in,
    struct yett_refusal *refusal)
{
	head->status = 0;
	for (int i = 0; i < 3; i++) {
		if (in->at == in->end || !is_digit(*in->at))
			return refuse_byte(in, refusal,
			    "the status is not three digits");
		head->status = head->status * 10 + (unsigned)(*in->at++ - '0');
	}
	if (head->status < 100 || head->status > 599)
		return yett_refuse(refusal, 400,
		    "the status is not 100 to 599");
	return true;
}

/* Many origins leave out the space before an empty reason: no harm in that. */
static bool
take_status_line(struct yett_head *head, struct input *in,
    struct yett_refusal *refusal)
{
	const char *start;

	if (!take_version(head, in, refusal) || !take_space(in, refusal) ||
	    !take_status(head, in, refusal))
		return false;
	if (in->at < in->end && *in->at == ' ')
		in->at++;
	else if (in->at < in->end && *in->at != '\r')
		return refuse_byte(in, refusal,
		    "the status is not three digits");
	start = in->at;
	in->at = yett_octet_value_end(start, in->end);
	head->reason = (struct yett_slice){ start, (size_t)(in->at - start) };
	return take_line_end(in, refusal, "the reason has a control byte");
}

/* Of an answer the space before a colon is removed (RFC 9112, section 5.1). Of
 * a request it is refused, and of an answer after which no HTTP may come. */
static bool
is_lenient(const struct yett_head *head)
{
	return head->status != 0 && head->status != 101;
}

static bool
take_name(struct yett_field *field, struct input *in, bool spaces,
    struct yett_refusal *refusal)
{
	field->name = take_token(in);
	while (spaces && field->name.len > 0 && in->at < in->end &&
	    is_blank(*in->at))
		in->at++;
	if (in->at < in->end && *in->at == ':' && field->name.len > 0) {
		in->at++;
		return true;
	}
	if (in->at < in->end && is_blank(*in->at))
		return yett_refuse(refusal, 400,
		    field->name.len == 0
			? "a field line begins with white space"
			: "there is white space before a colon");
	if (field->name.len == 0 && in->at < in->end && *in->at == ':')
		return yett_refuse(refusal, 400, "a field name is empty");
	return refuse_byte(in, refusal, "a field name is not a token");
}

static bool
take_value(struct yett_field *field, struct input *in,
    struct yett_refusal *refusal)
{
	const char *start, *end;

	while (in->at < in->end && is_blank(*in->at))
		in->at++;
	start = in->at;
	end = in->at = yett_octet_value_end(start, in->end);
	if (!take_line_end(in, refusal, "a field value has a control byte"))
		return false;
	while (end > start && is_blank(end[-1]))
		end--;
	field->value = (struct yett_slice){ start, (size_t)(end - start) };
	return true;
}

static bool
take_fields(struct yett_head *head, struct input *in,
    struct yett_head_seen *seen, struct yett_refusal *refusal)
{
	while (in->at == in->end || *in->at != '\r') {
		struct yett_field *field = &head->field[head->field_count];
		bool is_again;

		if (head->field_count == head->field_cap)
			return yett_refuse(refusal, 431,
			    "there are too many fields");
		if (!take_name(field, in, is_lenient(head), refusal) ||
		    !take_value(field, in, refusal))
			return false;
		field->id = yett_field_id(field->name);
		field->is_sound = true;
		field->is_named = false;
		is_again = field->id == YETT_FIELD_CONTENT_LENGTH &&
		    seen->content_length.at != NULL;
		if (field->id != YETT_FIELD_OTHER &&
		    !yett_head_note_field(head, seen, field, refusal))
			return false;
		head->field_count += !is_again;
	}
	return take_line_end(in, refusal, too_long);
}

/*
 * What a response has beyond that: to HEAD, and with 1xx, 204 and 304, there
 * is no body whatever the fields say; with 1xx and 204 they must not say there
 * is one (RFC 9112, section 6.1; RFC 9110, section 8.6).
 */
static bool
derive_response_framing(struct yett_head *head,
    const struct yett_head_seen *seen, enum yett_method to,
    struct yett_refusal *refusal)
{
	const bool never = head->status < 200 || head->status == 204;

	if (!yett_head_derive_framing(head, seen, refusal))
		return false;
	if (never &&
	    (head->framing == YETT_FRAMING_CHUNKED || head->length > 0))
		return yett_refuse(refusal, 400,
		    "a body is announced where there can be none");
	if (never || head->status == 304 || to == YETT_METHOD_HEAD) {
		head->framing = YETT_FRAMING_NONE;
		head->length = 0;
	} else if (head->framing == YETT_FRAMING_NONE) {
		head->framing = YETT_FRAMING_TO_END;
	}
	return true;
}

static bool
parse_request(struct yett_head *head, struct input in, size_t target_most,
    struct yett_refusal *refusal)
{
	const char *start = in.at;
	struct yett_head_seen seen = { 0 };

	if (!take_request_line(head, &in, target_most, refusal) ||
	    !take_fields(head, &in, &seen, refusal) ||
	    !yett_head_derive_framing(head, &seen, refusal))
		return false;
	if (head->host.at == NULL && head->minor == 1)
		return yett_refuse(refusal, 400, "there is no Host");
	yett_head_derive_connection(head, &seen);
	/* Without Host nobody says which site a second request is for. */
	head->keep_alive = head->keep_alive && head->host.at != NULL;
	head->len = (size_t)(in.at - start);
	return true;
}

static bool
parse_response(struct yett_head *head, struct input in, enum yett_method to,
    struct yett_refusal *refusal)
{
	const char *start = in.at;
	struct yett_head_seen seen = { 0 };

	if (!take_status_line(head, &in, refusal) ||
	    !take_fields(head, &in, &seen, refusal) ||
	    !derive_response_framing(head, &seen, to, refusal))
		return false;
	yett_head_derive_connection(head, &seen);
	if (head->framing == YETT_FRAMING_TO_END)
		head->keep_alive = false;
	head->len = (size_t)(in.at - start);
	return true;
}

/*
 * Is it time to parse? Yes with an empty line, with a line that ends wrongly
 * (parsing will say so), or at the limit. Looks at no byte twice; and when the
 * last bytes that came are an empty line, as is usual, at no others at all. The
 * head begins `start` bytes in.
 */
static bool
is_ripe(struct yett_slice bytes, size_t start, size_t *scanned, size_t most)
{
	const char *at, *end;

	if (bytes.len == start)
		return false; /* a limit is more than the empty lines */
	at = bytes.at + *scanned;
	end = bytes.at + bytes.len;
	if (bytes.len - start >= 4 && memcmp(end - 4, "\r\n\r\n", 4) == 0)
		return true;
	while (
	    at < end && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		if (at == bytes.at || at[-1] != '\r')
			return true;
		if (at - bytes.at >= (ptrdiff_t)start + 3 &&
		    memcmp(at - 3, "\r\n", 2) == 0)
			return true;
		at++;
	}
	*scanned = bytes.len;
	return bytes.len >= most;
}

/* The bytes of the empty lines in front, which are passed over (RFC 9112,
 * section 2.2). */
static size_t
empty_lines(struct yett_slice bytes)
{
	size_t len = 0;

	while (len < 2 * EMPTY_LINES_MOST && bytes.len - len >= 2 &&
	    memcmp(bytes.at + len, "\r\n", 2) == 0)
		len += 2;
	return len;
}

/* Whether what will not become a request, whatever follows, has begun. */
static bool
is_no_request(struct yett_slice bytes, size_t start)
{
	return bytes.len > start && bytes.at[start] != '\r' &&
	    !yett_octet_is(bytes.at[start], YETT_OCTET_TOKEN);
}

/* Back to what yett_head_init() left. */
static void
reset(struct yett_head *head)
{
	yett_head_init(head, head->field, head->field_cap);
}

/* The bytes a head may have. */
static struct yett_slice
within(struct yett_slice bytes, const struct yett_head_limits *limits)
{
	if (bytes.len > limits->head_len)
		bytes.len = limits->head_len;
	return bytes;
}

enum yett_parse
yett_head_parse_request(struct yett_head *head, struct yett_slice bytes,
    size_t *scanned, const struct yett_head_limits *limits,
    struct yett_refusal *refusal)
{
	size_t empty;

	bytes = within(bytes, limits);
	empty = empty_lines(bytes);
	if (*scanned < empty)
		*scanned = empty;
	if (!is_ripe(bytes, empty, scanned, limits->head_len) &&
	    !is_no_request(bytes, empty))
		return YETT_PARSE_MORE;
	reset(head);
	if (!parse_request(head,
		(struct input){ bytes.at + empty, bytes.at + bytes.len },
		limits->target_len, refusal))
		return YETT_PARSE_BAD;
	head->len += empty;
	return YETT_PARSE_DONE;
}

enum yett_parse
yett_head_parse_response(struct yett_head *head, struct yett_slice bytes,
    size_t *scanned, const struct yett_head_limits *limits, enum yett_method to,
    struct yett_refusal *refusal)
{
	bytes = within(bytes, limits);
	if (!is_ripe(bytes, 0, scanned, limits->head_len))
		return YETT_PARSE_MORE;
	reset(head);
	if (!parse_response(head,
		(struct input){ bytes.at, bytes.at + bytes.len }, to,
		refusal)) {
		refusal->status = 502;
		return YETT_PARSE_BAD;
	}
	return YETT_PARSE_DONE;
}
