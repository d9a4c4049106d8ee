/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/record_entry.h"

#include "base/clock.h"
#include "rollout/record_line.h"

/* How deep members that are skipped may nest. */
#define DEPTH_MOST 16

/* What is left of a line; after a mistake nothing more is read. */
struct scan {
	char *at, *end;
	bool bad;
};

static void
fail(struct scan *scan)
{
	scan->bad = true;
	scan->at = scan->end;
}

static char
peek(struct scan *scan)
{
	while (scan->at < scan->end && (*scan->at == ' ' || *scan->at == '\t'))
		scan->at++;
	return scan->at < scan->end ? *scan->at : '\0';
}

static void
want(struct scan *scan, char c)
{
	if (peek(scan) == c && scan->at < scan->end)
		scan->at++;
	else
		fail(scan);
}

/* Whether the next thing is `c`, which is taken then. */
static bool
takes(struct scan *scan, char c)
{
	if (scan->at >= scan->end || peek(scan) != c)
		return false;
	scan->at++;
	return true;
}

static void
read_literal(struct scan *scan, struct yett_slice word)
{
	if ((size_t)(scan->end - scan->at) < word.len ||
	    memcmp(scan->at, word.at, word.len) != 0) {
		fail(scan);
		return;
	}
	scan->at += word.len;
}

/* --- strings --- */

/* \u00XX, the only form that the writer uses. -1: it is another. */
static int
read_unicode(const char *at, const char *end)
{
	int high, low;

	if (end - at < 5 || at[1] != '0' || at[2] != '0')
		return -1;
	high = yett_hex_digit(at[3]);
	low = yett_hex_digit(at[4]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* Copy what is behind a backslash at *from to *to. */
static bool
unescape(char **from, const char *end, char **to)
{
	static const char plain[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *found;
	int c;

	if (*from >= end)
		return false;
	if (**from == 'u') {
		c = read_unicode(*from, end);
		if (c < 0)
			return false;
		*from += 5;
		*(*to)++ = (char)c;
		return true;
	}
	found = memchr(plain, **from, sizeof(plain) - 1);
	if (found == NULL)
		return false;
	*(*to)++ = meant[found - plain];
	++*from;
	return true;
}

static struct yett_slice
read_string(struct scan *scan)
{
	char *start, *to, *at;

	want(scan, '"');
	start = to = at = scan->at;
	while (at < scan->end && *at != '"' && *at != '\\')
		at++;
	to = at;
	while (at < scan->end && *at != '"') {
		if (*at != '\\') {
			*to++ = *at++;
			continue;
		}
		at++;
		if (!unescape(&at, scan->end, &to))
			break;
	}
	scan->at = at;
	want(scan, '"');
	return scan->bad ? YETT_SLICE_NONE
			 : (struct yett_slice){ start, (size_t)(to - start) };
}

/* A string, or null for an absent one. */
static struct yett_slice
read_optional(struct scan *scan)
{
	if (peek(scan) != 'n')
		return read_string(scan);
	read_literal(scan, YETT_LIT("null"));
	return YETT_SLICE_NONE;
}

/* --- other values --- */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static uint64_t
read_number(struct scan *scan)
{
	uint64_t number = 0;

	if (!is_digit(peek(scan)))
		fail(scan);
	while (scan->at < scan->end && is_digit(*scan->at)) {
		if (number > UINT64_MAX / 10 - 1) {
			fail(scan);
			break;
		}
		number = number * 10 + (uint64_t)(*scan->at++ - '0');
	}
	return number;
}

static bool
read_flag(struct scan *scan)
{
	bool flag = peek(scan) == 't';

	read_literal(scan, flag ? YETT_LIT("true") : YETT_LIT("false"));
	return flag;
}

static void
read_list(struct scan *scan, struct yett_record_entry_list *list)
{
	want(scan, '[');
	if (takes(scan, ']'))
		return;
	do {
		struct yett_slice text = read_string(scan);

		if (list->count == YETT_RECORD_ENTRY_MOST)
			list->more = true;
		else
			list->at[list->count++] = text;
	} while (takes(scan, ','));
	want(scan, ']');
}

static void
read_pairs(struct scan *scan, struct yett_record_entry_pairs *pairs)
{
	want(scan, '{');
	if (takes(scan, '}'))
		return;
	do {
		struct yett_record_entry_pair pair = { .name = read_string(
							   scan) };

		want(scan, ':');
		pair.value = read_optional(scan);
		if (pairs->count == YETT_RECORD_ENTRY_MOST)
			pairs->more = true;
		else
			pairs->at[pairs->count++] = pair;
	} while (takes(scan, ','));
	want(scan, '}');
}

/* Something that a later version wrote. */
static void
skip(struct scan *scan, int depth)
{
	char open = peek(scan);

	if (open == '"') {
		(void)read_string(scan);
		return;
	}
	if (open != '{' && open != '[') {
		while (scan->at < scan->end && *scan->at != ',' &&
		    *scan->at != '}' && *scan->at != ']')
			scan->at++;
		return;
	}
	if (depth == DEPTH_MOST) {
		fail(scan);
		return;
	}
	scan->at++;
	if (takes(scan, open == '{' ? '}' : ']'))
		return;
	do {
		if (open == '{') {
			(void)read_string(scan);
			want(scan, ':');
		}
		skip(scan, depth + 1);
	} while (takes(scan, ','));
	want(scan, open == '{' ? '}' : ']');
}

/* --- times --- */

/* `count` digits at `at`; -1 if one is none. */
static int64_t
digits(const char *at, int count)
{
	int64_t number = 0;

	for (int i = 0; i < count; i++) {
		if (!is_digit(at[i]))
			return -1;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

/* Days from 1970-01-01 in the Gregorian calendar. */
static int64_t
days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = year / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	    of_year - 719468;
}

/* "2026-11-23T21:00:00.000000Z", as the writer writes it. */
static uint64_t
read_time(struct scan *scan)
{
	struct yett_slice text = read_string(scan);
	int64_t part[7];
	static const struct {
		int at, count;
	} parts[7] = { { 0, 4 }, { 5, 2 }, { 8, 2 }, { 11, 2 }, { 14, 2 },
		{ 17, 2 }, { 20, 6 } };

	if (scan->bad || text.len != 27) {
		fail(scan);
		return 0;
	}
	for (int i = 0; i < 7; i++) {
		part[i] = digits(text.at + parts[i].at, parts[i].count);
		if (part[i] < 0)
			fail(scan);
	}
	if (scan->bad || part[0] < 1970 || part[1] < 1 || part[1] > 12) {
		fail(scan);
		return 0;
	}
	return (uint64_t)(((days_of(part[0], part[1], part[2]) * 24 + part[3]) *
				  60 +
			      part[4]) *
		       60 +
		   part[5]) *
	    YETT_NS_PER_S +
	    (uint64_t)part[6] * 1000;
}

/* --- members --- */

static enum yett_record_entry_kind
kind_of(struct yett_slice word)
{
	if (yett_slice_eq(word, YETT_LIT("request")))
		return YETT_RECORD_ENTRY_REQUEST;
	if (yett_slice_eq(word, YETT_LIT("hello")))
		return YETT_RECORD_ENTRY_HELLO;
	if (yett_slice_eq(word, YETT_LIT("lost")))
		return YETT_RECORD_ENTRY_LOST;
	return YETT_RECORD_ENTRY_OTHER;
}

enum form { TEXT, NUMBER, FLAG, LIST, PAIRS, TIME, KIND };

#define AT(member) offsetof(struct yett_record_entry, member)
#define NOWHERE ((size_t)-1)

static const struct member {
	struct yett_slice name;
	enum form form;
	size_t at, has; /* where it goes, and what then is true */
} members[] = {
	/* In the order of the lines: each is looked for behind the last. */
	{ { "kind", 4 }, KIND, AT(kind), NOWHERE },
	{ { "format", 6 }, NUMBER, AT(format), NOWHERE },
	{ { "time", 4 }, TIME, AT(time), NOWHERE },
	{ { "connection", 10 }, TEXT, AT(connection), NOWHERE },
	{ { "id", 2 }, TEXT, AT(id), NOWHERE },
	{ { "sni", 3 }, TEXT, AT(sni), NOWHERE },
	{ { "alpn", 4 }, LIST, AT(alpn), AT(has_alpn) },
	{ { "version", 7 }, TEXT, AT(version), NOWHERE },
	{ { "post_handshake_auth", 19 }, FLAG, AT(post_handshake_auth),
	    NOWHERE },
	{ { "client_ip", 9 }, TEXT, AT(client_ip), NOWHERE },
	{ { "client_port", 11 }, NUMBER, AT(client_port), NOWHERE },
	{ { "resumed", 7 }, FLAG, AT(resumed), NOWHERE },
	{ { "group", 5 }, TEXT, AT(group), NOWHERE },
	{ { "signature", 9 }, TEXT, AT(signature), NOWHERE },
	{ { "asked", 5 }, TEXT, AT(asked), NOWHERE },
	{ { "asked_cause", 11 }, TEXT, AT(asked_cause), NOWHERE },
	{ { "trusts", 6 }, LIST, AT(trusts), NOWHERE },
	{ { "trust_ids", 9 }, PAIRS, AT(trust_ids), NOWHERE },
	{ { "sent", 4 }, FLAG, AT(sent), AT(has_sent) },
	{ { "spiffe", 6 }, TEXT, AT(spiffe), NOWHERE },
	{ { "verified", 8 }, PAIRS, AT(verified), NOWHERE },
	{ { "identity", 8 }, TEXT, AT(identity), NOWHERE },
	{ { "identity_matched", 16 }, FLAG, AT(identity_matched), NOWHERE },
	{ { "method", 6 }, TEXT, AT(method), NOWHERE },
	{ { "host", 4 }, TEXT, AT(host), NOWHERE },
	{ { "path", 4 }, TEXT, AT(path), NOWHERE },
	{ { "query", 5 }, FLAG, AT(query), AT(has_query) },
	{ { "preflight", 9 }, FLAG, AT(preflight), AT(has_preflight) },
	{ { "headers", 7 }, PAIRS, AT(headers), NOWHERE },
	{ { "hello_learned", 13 }, FLAG, AT(hello_learned), NOWHERE },
	{ { "learned", 7 }, FLAG, AT(learned), AT(has_learned) },
	{ { "outcome", 7 }, TEXT, AT(outcome), NOWHERE },
	{ { "status", 6 }, NUMBER, AT(status), NOWHERE },
	{ { "reason", 6 }, TEXT, AT(reason), NOWHERE },
	{ { "cause", 5 }, TEXT, AT(cause), NOWHERE },
	{ { "site", 4 }, TEXT, AT(site), NOWHERE },
	{ { "rule", 4 }, TEXT, AT(rule), NOWHERE },
	{ { "lines", 5 }, NUMBER, AT(lines), NOWHERE },
};
#define MEMBERS (sizeof(members) / sizeof(members[0]))

/* Find `name`, from `next` on and then from the start. */
static const struct member *
find_member(struct yett_slice name, size_t next)
{
	for (size_t i = 0; i < MEMBERS; i++) {
		const struct member *member = &members[(next + i) % MEMBERS];

		if (yett_slice_eq(member->name, name))
			return member;
	}
	return NULL;
}

static void
read_member(struct scan *scan, const struct member *member,
    struct yett_record_entry *out)
{
	void *at = (char *)out + member->at;

	if (member->has != NOWHERE)
		*(bool *)((char *)out + member->has) = true;
	switch (member->form) {
	case TEXT: *(struct yett_slice *)at = read_string(scan); return;
	case NUMBER: *(uint64_t *)at = read_number(scan); return;
	case FLAG: *(bool *)at = read_flag(scan); return;
	case LIST: read_list(scan, at); return;
	case PAIRS: read_pairs(scan, at); return;
	case TIME: *(uint64_t *)at = read_time(scan); return;
	case KIND: out->kind = kind_of(read_string(scan)); return;
	}
	fail(scan);
}

/* All but the elements of lists, which are a kilobyte and count themselves. */
static void
forget(struct yett_record_entry *out)
{
	const struct yett_slice none = YETT_SLICE_NONE;

	out->kind = YETT_RECORD_ENTRY_OTHER;
	out->format = out->time = out->lines = 0;
	out->client_port = out->status = 0;
	out->has_alpn = out->post_handshake_auth = out->resumed = false;
	out->has_sent = out->sent = out->identity_matched = false;
	out->has_query = out->query = false;
	out->has_preflight = out->preflight = false;
	out->has_learned = out->learned = out->hello_learned = false;
	for (size_t i = 0; i < MEMBERS; i++) {
		void *at = (char *)out + members[i].at;

		if (members[i].form == TEXT)
			*(struct yett_slice *)at = none;
	}
	out->alpn.count = out->trusts.count = 0;
	out->verified.count = out->headers.count = out->trust_ids.count = 0;
	out->alpn.more = out->trusts.more = false;
	out->verified.more = out->headers.more = out->trust_ids.more = false;
}

/* Whether it has what every line of its kind has, whatever is masked: a line
 * without it was not written by us, and must not pass for a decision. */
static bool
is_whole(const struct yett_record_entry *recorded)
{
	if (recorded->format > YETT_RECORD_FORMAT)
		return true; /* who knows */
	switch (recorded->kind) {
	case YETT_RECORD_ENTRY_OTHER:
	case YETT_RECORD_ENTRY_LOST: return true;
	case YETT_RECORD_ENTRY_REQUEST:
		if (recorded->host.at == NULL)
			return false;
		break;
	case YETT_RECORD_ENTRY_HELLO: break;
	}
	return recorded->time != 0 && recorded->sni.at != NULL &&
	    recorded->asked.at != NULL && recorded->outcome.at != NULL;
}

bool
yett_record_entry_parse(char *line, size_t len, struct yett_record_entry *out)
{
	struct scan scan = { line, line + len, false };
	size_t next = 0;

	forget(out);
	want(&scan, '{');
	do {
		struct yett_slice name = read_string(&scan);
		const struct member *member = find_member(name, next);

		want(&scan, ':');
		if (scan.bad)
			return false;
		if (member == NULL) {
			skip(&scan, 0);
			continue;
		}
		read_member(&scan, member, out);
		next = (size_t)(member - members) + 1;
	} while (takes(&scan, ','));
	want(&scan, '}');
	(void)peek(&scan); /* spaces may follow */
	return !scan.bad && scan.at == scan.end && is_whole(out);
}
