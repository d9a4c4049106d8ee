/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/record_line.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "policy/hash.h"
#include "policy/identity.h"

/* A line that is being written; after a failure nothing more is. */
struct line {
	struct yett_buf *out;
	enum yett_status status;
	uint32_t mask;
};

static void
put(struct line *line, struct yett_slice text)
{
	if (line->status == YETT_OK)
		line->status = yett_buf_append(line->out, text);
}

static void
put_text(struct line *line, const char *text)
{
	put(line, yett_slice_of(text));
}

/* A JSON string. Bytes that are not ASCII become single characters of their
 * value, so that the line is always UTF-8. */
static void
put_string(struct line *line, struct yett_slice text)
{
	static const char hex[] = "0123456789abcdef";
	char *at;

	if (line->status == YETT_OK)
		line->status = yett_buf_reserve(line->out, text.len * 6 + 2);
	if (line->status != YETT_OK)
		return;
	at = yett_buf_tail(line->out);
	*at++ = '"';
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];

		if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
			*at++ = (char)c;
			continue;
		}
		memcpy(at, "\\u00", 4);
		at[4] = hex[c >> 4];
		at[5] = hex[c & 15];
		at += 6;
	}
	*at++ = '"';
	yett_buf_added(line->out, (size_t)(at - yett_buf_tail(line->out)));
}

static void
put_number(struct line *line, uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits);

	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	put(line,
	    (struct yett_slice){ at, (size_t)(digits + sizeof(digits) - at) });
}

static void
put_id(struct line *line, uint64_t id)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "\"%016llx\"",
	    (unsigned long long)id);

	put(line, (struct yett_slice){ text, (size_t)len });
}

/* ,"name": of a literal name */
static void
put_name(struct line *line, const char *name)
{
	put(line, YETT_LIT(",\""));
	put_text(line, name);
	put(line, YETT_LIT("\":"));
}

static void
put_member(struct line *line, const char *name, struct yett_slice value)
{
	put_name(line, name);
	put_string(line, value);
}

static void
put_word(struct line *line, const char *name, const char *word)
{
	if (word[0] != '\0')
		put_member(line, name, yett_slice_of(word));
}

static void
put_time(struct line *line, uint64_t now)
{
	time_t second = (time_t)(now / YETT_NS_PER_S);
	char text[40];
	struct tm parts;
	size_t len;

	gmtime_r(&second, &parts);
	len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S.", &parts);
	snprintf(text + len, sizeof(text) - len, "%06uZ",
	    (unsigned)(now % YETT_NS_PER_S / 1000));
	put_member(line, "time", yett_slice_of(text));
}

/* --- the facts of a hello --- */

static void
put_address(struct line *line, const struct yett_hello *hello)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *byte = hello->client_ip.byte;
	char text[INET6_ADDRSTRLEN] = "";

	if (memcmp(byte, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, byte + sizeof(mapped), text, sizeof(text));
	else
		inet_ntop(AF_INET6, byte, text, sizeof(text));
	put_member(line, "client_ip", yett_slice_of(text));
	put_name(line, "client_port");
	put_number(line, hello->client_port);
}

static void
put_alpn(struct line *line, const struct yett_hello *hello)
{
	put_name(line, "alpn");
	put(line, YETT_LIT("["));
	for (uint32_t i = 0; i < hello->alpn_count; i++) {
		if (i > 0)
			put(line, YETT_LIT(","));
		put_string(line, hello->alpn[i]);
	}
	put(line, YETT_LIT("]"));
}

static void
put_hello(struct line *line, const struct yett_hello *hello)
{
	put_member(line, "sni", hello->sni);
	if ((line->mask & YETT_FACT_ALPN) == 0)
		put_alpn(line, hello);
	if ((line->mask & YETT_FACT_VERSION) == 0) {
		put_word(line, "version",
		    hello->version >= 0x0304 ? "1.3" : "1.2");
		if (hello->offers_post_handshake_auth)
			put_text(line, ",\"post_handshake_auth\":true");
	}
	if ((line->mask & YETT_FACT_CLIENT_IP) == 0)
		put_address(line, hello);
}

/* A list of facts, by name. */
static void
put_facts(struct line *line, const char *name, uint32_t facts)
{
	bool first = true;

	put_name(line, name);
	put(line, YETT_LIT("["));
	for (uint32_t fact = 1; fact <= YETT_FACT_IDENTITY; fact <<= 1) {
		if ((facts & fact) == 0)
			continue;
		if (!first)
			put(line, YETT_LIT(","));
		first = false;
		put_string(line, yett_slice_of(yett_fact_name(fact)));
	}
	put(line, YETT_LIT("]"));
}

static void
begin(struct line *line, const char *kind,
    const struct yett_record_source *source, uint64_t now)
{
	put_text(line, "{\"kind\":\"");
	put_text(line, kind);
	put(line, YETT_LIT("\""));
	put_time(line, now);
	put_name(line, "connection");
	put_id(line, source->connection);
	put_name(line, "generation");
	put_number(line, yett_generation_id(source->gen));
}

static void
put_place(struct line *line, const struct yett_place *place)
{
	if (place->line == 0)
		return;
	put_member(line, "file", place->file);
	put_name(line, "line");
	put_number(line, place->line);
}

static void
end(struct line *line, uint32_t read)
{
	put_facts(line, "read", read);
	if (line->mask != 0)
		put_facts(line, "masked", line->mask);
	put(line, YETT_LIT("}\n"));
}

static void
put_asked_set(struct line *line, const struct yett_generation *gen,
    const struct yett_trust_set *trusts)
{
	put_name(line, "trusts");
	put(line, YETT_LIT("["));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			put(line, YETT_LIT(","));
		put_string(line,
		    yett_generation_trust(gen, trusts->index[i])->name);
	}
	put(line, YETT_LIT("]"));
}

static const char *
action_name(const struct yett_hello_decision *decision)
{
	switch (decision->action) {
	case YETT_HANDSHAKE_GO: return "go";
	case YETT_HANDSHAKE_NO_SITE: return "no_site";
	case YETT_HANDSHAKE_REFUSE: return "refused";
	case YETT_HANDSHAKE_ERROR: break;
	}
	return "error";
}

enum yett_status
yett_record_write_hello(struct yett_buf *out,
    const struct yett_record_source *source, const struct yett_hello *hello,
    const struct yett_hello_decision *decision)
{
	struct line line = { out, YETT_OK,
		yett_generation_settings(source->gen)->log.mask };

	begin(&line, "hello", source, hello->now);
	put_hello(&line, hello);
	put_word(&line, "outcome", action_name(decision));
	put_word(&line, "asked", yett_need_name(decision->need));
	put_asked_set(&line, source->gen, &decision->trusts);
	put_word(&line, "cause", yett_cause_name(decision->cause));
	if (decision->site != NULL)
		put_member(&line, "site", decision->site->name);
	if (decision->because != NULL) {
		put_member(&line, "rule", decision->because->label);
		put_place(&line, &decision->because->place);
	}
	end(&line, decision->read);
	return line.status;
}

/* --- the facts of a request --- */

/* What the handshake asked for, by the names that the trusts have now. */
static void
put_asked(struct line *line, const struct yett_generation *gen,
    const struct yett_asked *asked)
{
	put_word(line, "asked", yett_need_name(asked->need));
	put_word(line, "asked_cause", yett_cause_name(asked->cause));
	put_name(line, "asked_generation");
	put_number(line, asked->generation);
	put_name(line, "trusts");
	put(line, YETT_LIT("["));
	for (uint32_t i = 0; i < asked->trust_count; i++) {
		const struct yett_trust *trust = NULL;

		for (uint32_t j = 0;
		     trust == NULL && j < yett_generation_trust_count(gen); j++)
			if (yett_generation_trust(gen, j)->id ==
			    asked->trust_id[i])
				trust = yett_generation_trust(gen, j);
		if (i > 0)
			put(line, YETT_LIT(","));
		put_string(line, trust != NULL ? trust->name : YETT_LIT(""));
	}
	put(line, YETT_LIT("]"));
}

static void
put_prefix(struct line *line, const char *name, struct yett_slice text)
{
	if (text.len > 12)
		text.len = 12;
	put_member(line, name, text);
}

/* The trust domain of a SPIFFE id. */
static struct yett_slice
domain_of(const struct yett_certificate *leaf)
{
	struct yett_slice id = yett_certificate_spiffe(leaf);
	const char *slash;

	if (id.at == NULL)
		return id;
	id.at += sizeof("spiffe://") - 1;
	id.len -= sizeof("spiffe://") - 1;
	slash = memchr(id.at, '/', id.len);
	if (slash != NULL)
		id.len = (size_t)(slash - id.at);
	return id;
}

/* Which kinds of names it has, not the names. */
static void
put_kinds(struct line *line, const struct yett_certificate *leaf)
{
	const struct {
		const char *name;
		uint32_t count;
	} kinds[] = { { "dns", leaf->dns_count },
		{ "email", leaf->email_count }, { "uri", leaf->uri_count } };
	bool first = true;

	put_name(line, "san");
	put(line, YETT_LIT("["));
	for (size_t i = 0; i < 3; i++) {
		if (kinds[i].count == 0)
			continue;
		if (!first)
			put(line, YETT_LIT(","));
		first = false;
		put_string(line, yett_slice_of(kinds[i].name));
	}
	put(line, YETT_LIT("]"));
}

/* Whether the rule's identity was compared with the certificate, and how. */
static void
put_identity(struct line *line, const struct yett_decision *decision)
{
	bool matched = decision->verdict == YETT_VERDICT_ALLOW;

	if (decision->rule == NULL || decision->rule->identity == NULL ||
	    decision->verified == NULL ||
	    (decision->reason != YETT_REASON_IDENTITY &&
		(!matched || decision->by_function ||
		    decision->need != YETT_NEED_REQUIRE)))
		return;
	put_name(line, "identity");
	put_id(line, yett_record_identity(decision->rule->identity));
	put_text(line,
	    matched ? ",\"identity_matched\":true"
		    : ",\"identity_matched\":false");
}

static void
put_certificate(struct line *line, const struct yett_certificate *leaf,
    const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct yett_slice domain = domain_of(leaf);

	put_prefix(line, "leaf", leaf->fingerprint);
	put_name(line, "issuer");
	put_id(line, yett_hash(YETT_HASH_START, leaf->issuer, false));
	put_kinds(line, leaf);
	if (domain.at != NULL)
		put_member(line, "spiffe", domain);
	put_name(line, "verified");
	put(line, YETT_LIT("{"));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			put(line, YETT_LIT(","));
		put_string(line, trusts->at[i].trust->name);
		put(line, YETT_LIT(":"));
		put_string(line,
		    yett_slice_of(
			yett_verification_name(trusts->at[i].verification)));
	}
	put(line, YETT_LIT("}"));
	put_identity(line, decision);
}

static bool
is_secret(const char *name)
{
	static const char *const secret[] = { "authorization", "cookie",
		"proxy-authorization" };

	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++)
		if (strcmp(name, secret[i]) == 0)
			return true;
	return false;
}

/* The values of a name, as one list; null when it was not sent. */
static void
put_header(struct line *line, const struct yett_request *request,
    const char *name)
{
	struct yett_buf joined = { 0 };
	uint32_t found = 0;

	for (uint32_t i = 0; i < request->header_count; i++) {
		if (!yett_slice_eq_nocase(request->header[i].name,
			yett_slice_of(name)))
			continue;
		if (line->status == YETT_OK && found++ > 0)
			line->status = yett_buf_append(&joined, YETT_LIT(", "));
		if (line->status == YETT_OK)
			line->status = yett_buf_append(&joined,
			    request->header[i].value);
	}
	put_string(line, yett_slice_of(name));
	put(line, YETT_LIT(":"));
	if (found > 0)
		put_string(line, yett_buf_slice(&joined));
	else
		put_text(line, "null");
	yett_buf_clear(&joined);
}

static void
put_headers(struct line *line, const struct yett_request *request)
{
	const struct yett_header_reads *reads = request->header_reads;
	bool first = true;

	if (reads == NULL || reads->count == 0)
		return;
	put_name(line, "headers");
	put(line, YETT_LIT("{"));
	for (uint32_t i = 0; i < reads->count; i++) {
		if (is_secret(reads->name[i]))
			continue;
		if (!first)
			put(line, YETT_LIT(","));
		first = false;
		put_header(line, request, reads->name[i]);
	}
	put(line, YETT_LIT("}"));
}

static void
put_request(struct line *line, const struct yett_request *request)
{
	if ((line->mask & YETT_FACT_METHOD) == 0)
		put_member(line, "method", request->method);
	put_member(line, "host", request->host);
	if ((line->mask & YETT_FACT_PATH) == 0)
		put_member(line, "path", request->path);
	put_text(line,
	    request->query.at != NULL ? ",\"query\":true" : ",\"query\":false");
	if ((line->mask & YETT_FACT_HEADER) == 0)
		put_headers(line, request);
}

static const char *
verdict_name(const struct yett_decision *decision)
{
	switch (decision->verdict) {
	case YETT_VERDICT_ALLOW: return "allowed";
	case YETT_VERDICT_REDIRECT: return "redirected";
	case YETT_VERDICT_REFUSE: break;
	}
	return "refused";
}

static void
put_decision(struct line *line, const struct yett_decision *decision)
{
	put_word(line, "outcome", verdict_name(decision));
	put_name(line, "status");
	put_number(line, decision->status);
	if (decision->reason != YETT_REASON_NONE)
		put_word(line, "reason", yett_reason_name(decision->reason));
	put_word(line, "cause", yett_cause_name(decision->cause));
	if (decision->site != NULL)
		put_member(line, "site", decision->site->name);
	if (decision->rule != NULL) {
		put_member(line, "rule", decision->rule->label);
		put_place(line, &decision->rule->place);
	}
}

enum yett_status
yett_record_write_request(struct yett_buf *out,
    const struct yett_record_source *source, struct yett_slice id,
    const struct yett_request *request, const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct line line = { out, YETT_OK,
		yett_generation_settings(source->gen)->log.mask };

	begin(&line, "request", source, request->now);
	put_member(&line, "id", id);
	put_hello(&line, request->hello);
	put_text(&line, source->resumed ? ",\"resumed\":true" : "");
	put_asked(&line, source->gen, &request->asked);
	if ((line.mask & YETT_FACT_CERTIFICATE) == 0) {
		put_text(&line,
		    request->peer.leaf != NULL ? ",\"sent\":true"
					       : ",\"sent\":false");
		if (request->peer.leaf != NULL)
			put_certificate(&line, request->peer.leaf, trusts,
			    decision);
	}
	put_request(&line, request);
	put_decision(&line, decision);
	end(&line, decision->read);
	return line.status;
}

void
yett_record_trusts_add(struct yett_record_trusts *trusts,
    const struct yett_trust *trust, enum yett_verification verification)
{
	for (uint32_t i = 0; i < trusts->count; i++)
		if (trusts->at[i].trust == trust)
			return;
	if (trusts->count == YETT_RECORD_TRUSTS)
		return;
	trusts->at[trusts->count].trust = trust;
	trusts->at[trusts->count++].verification = verification;
}

uint64_t
yett_record_identity(const struct yett_identity *identity)
{
	uint64_t hash = YETT_HASH_START;

	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++) {
		hash = yett_hash(hash, YETT_LIT("kind"), false);
		for (uint32_t i = 0; i < identity->list[kind].count; i++)
			hash = yett_hash(hash, identity->list[kind].glob[i],
			    false);
	}
	return hash;
}

const char *
yett_verification_name(enum yett_verification verification)
{
	switch (verification) {
	case YETT_VERIFIED: return "verified";
	case YETT_VERIFY_UNTRUSTED: return "untrusted";
	case YETT_VERIFY_EXPIRED: return "expired";
	case YETT_VERIFY_REVOKED: return "revoked";
	case YETT_VERIFY_CRL_UNAVAILABLE: return "crl_unavailable";
	}
	return "untrusted";
}
