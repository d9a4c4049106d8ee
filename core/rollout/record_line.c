/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/record_line.h"

#include <arpa/inet.h>

#include "policy/hash.h"
#include "policy/identity.h"
#include "rollout/pen.h"

/* ,"name":true or false */
static void
put_flag(struct yett_pen *pen, const char *name, bool flag)
{
	yett_pen_name(pen, name);
	yett_pen_text(pen, flag ? "true" : "false");
}

/* --- the facts of a hello --- */

static void
put_address(struct yett_pen *pen, const struct yett_hello *hello)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *byte = hello->client_ip.byte;
	char text[INET6_ADDRSTRLEN] = "";

	if (memcmp(byte, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, byte + sizeof(mapped), text, sizeof(text));
	else
		inet_ntop(AF_INET6, byte, text, sizeof(text));
	yett_pen_member(pen, "client_ip", yett_slice_of(text));
	yett_pen_name(pen, "client_port");
	yett_pen_number(pen, hello->client_port);
}

static void
put_alpn(struct yett_pen *pen, const struct yett_hello *hello)
{
	yett_pen_name(pen, "alpn");
	yett_pen_put(pen, YETT_LIT("["));
	for (uint32_t i = 0; i < hello->alpn_count; i++) {
		if (i > 0)
			yett_pen_put(pen, YETT_LIT(","));
		yett_pen_string(pen, hello->alpn[i]);
	}
	yett_pen_put(pen, YETT_LIT("]"));
}

static void
put_hello(struct yett_pen *pen, const struct yett_hello *hello, uint32_t mask)
{
	yett_pen_member(pen, "sni", hello->sni);
	if ((mask & YETT_FACT_ALPN) == 0)
		put_alpn(pen, hello);
	if ((mask & YETT_FACT_VERSION) == 0) {
		yett_pen_word(pen, "version",
		    hello->version >= 0x0304 ? "1.3" : "1.2");
		if (hello->offers_post_handshake_auth)
			yett_pen_text(pen, ",\"post_handshake_auth\":true");
	}
	if ((mask & YETT_FACT_CLIENT_IP) == 0)
		put_address(pen, hello);
}

/* A list of facts, by name. */
static void
put_facts(struct yett_pen *pen, const char *name, uint32_t facts)
{
	bool first = true;

	yett_pen_name(pen, name);
	yett_pen_put(pen, YETT_LIT("["));
	for (uint32_t fact = 1; fact < YETT_FACT_END; fact <<= 1) {
		if ((facts & fact) == 0)
			continue;
		if (!first)
			yett_pen_put(pen, YETT_LIT(","));
		first = false;
		yett_pen_string(pen, yett_slice_of(yett_fact_name(fact)));
	}
	yett_pen_put(pen, YETT_LIT("]"));
}

static void
begin(struct yett_pen *pen, const char *kind,
    const struct yett_record_source *source, uint64_t now)
{
	yett_pen_text(pen, "{\"kind\":\"");
	yett_pen_text(pen, kind);
	yett_pen_put(pen, YETT_LIT("\""));
	yett_pen_name(pen, "format");
	yett_pen_number(pen, YETT_RECORD_FORMAT);
	yett_pen_time(pen, now);
	yett_pen_name(pen, "connection");
	yett_pen_id(pen, source->connection);
	yett_pen_name(pen, "generation");
	yett_pen_number(pen, yett_generation_id(source->gen));
}

static void
put_place(struct yett_pen *pen, const struct yett_place *place)
{
	if (place->line == 0)
		return;
	yett_pen_member(pen, "file", place->file);
	yett_pen_name(pen, "line");
	yett_pen_number(pen, place->line);
}

static void
end(struct yett_pen *pen, uint32_t read, uint32_t mask)
{
	put_facts(pen, "read", read);
	if (mask != 0)
		put_facts(pen, "masked", mask);
	yett_pen_put(pen, YETT_LIT("}\n"));
}

/* One more trust of those whose ids are told. */
static void
put_trust_id(struct yett_pen *pen, const struct yett_trust *trust, bool *first)
{
	if (!*first)
		yett_pen_put(pen, YETT_LIT(","));
	*first = false;
	yett_pen_string(pen, trust->name);
	yett_pen_put(pen, YETT_LIT(":"));
	yett_pen_id(pen, trust->id);
}

static void
put_asked_set(struct yett_pen *pen, const struct yett_generation *gen,
    const struct yett_trust_set *trusts)
{
	bool first = true;

	yett_pen_name(pen, "trusts");
	yett_pen_put(pen, YETT_LIT("["));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			yett_pen_put(pen, YETT_LIT(","));
		yett_pen_string(pen,
		    yett_generation_trust(gen, trusts->index[i])->name);
	}
	yett_pen_put(pen, YETT_LIT("]"));
	yett_pen_name(pen, "trust_ids");
	yett_pen_put(pen, YETT_LIT("{"));
	for (uint32_t i = 0; i < trusts->count; i++)
		put_trust_id(pen, yett_generation_trust(gen, trusts->index[i]),
		    &first);
	yett_pen_put(pen, YETT_LIT("}"));
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
	struct yett_pen pen = { out, YETT_OK };
	uint32_t mask = yett_generation_settings(source->gen)->log.mask;

	begin(&pen, "hello", source, hello->now);
	put_hello(&pen, hello, mask);
	if (decision->site != NULL && decision->site->learns)
		put_flag(&pen, "learned", hello->learned);
	yett_pen_word(&pen, "outcome", action_name(decision));
	yett_pen_word(&pen, "asked", yett_need_name(decision->need));
	put_asked_set(&pen, source->gen, &decision->trusts);
	yett_pen_word(&pen, "cause", yett_cause_name(decision->cause));
	if (decision->site != NULL)
		yett_pen_member(&pen, "site", decision->site->name);
	if (decision->because != NULL) {
		yett_pen_member(&pen, "rule", decision->because->label);
		put_place(&pen, &decision->because->place);
	}
	end(&pen, decision->read, mask);
	return pen.status;
}

/* --- the facts of a request --- */

/* The trust of that id; NULL: there is none any more. */
static const struct yett_trust *
find_trust(const struct yett_generation *gen, uint64_t id)
{
	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++)
		if (yett_generation_trust(gen, i)->id == id)
			return yett_generation_trust(gen, i);
	return NULL;
}

static bool
was_asked(const struct yett_asked *asked, uint64_t id)
{
	for (uint32_t i = 0; i < asked->trust_count; i++)
		if (asked->trust_id[i] == id)
			return true;
	return false;
}

/* What the handshake asked for, by the names that the trusts have now. */
static void
put_asked(struct yett_pen *pen, const struct yett_generation *gen,
    const struct yett_asked *asked)
{
	yett_pen_word(pen, "asked", yett_need_name(asked->need));
	yett_pen_word(pen, "asked_cause", yett_cause_name(asked->cause));
	yett_pen_name(pen, "asked_generation");
	yett_pen_number(pen, asked->generation);
	yett_pen_name(pen, "trusts");
	yett_pen_put(pen, YETT_LIT("["));
	for (uint32_t i = 0; i < asked->trust_count; i++) {
		const struct yett_trust *trust = find_trust(gen,
		    asked->trust_id[i]);

		if (i > 0)
			yett_pen_put(pen, YETT_LIT(","));
		yett_pen_string(pen,
		    trust != NULL ? trust->name : YETT_LIT(""));
	}
	yett_pen_put(pen, YETT_LIT("]"));
}

/* Of the trusts that were asked for and of those that judged. */
static void
put_trust_ids(struct yett_pen *pen, const struct yett_generation *gen,
    const struct yett_asked *asked, const struct yett_record_trusts *trusts)
{
	bool first = true;

	yett_pen_name(pen, "trust_ids");
	yett_pen_put(pen, YETT_LIT("{"));
	for (uint32_t i = 0; i < asked->trust_count; i++) {
		const struct yett_trust *trust = find_trust(gen,
		    asked->trust_id[i]);

		if (trust != NULL)
			put_trust_id(pen, trust, &first);
	}
	for (uint32_t i = 0; i < trusts->count; i++)
		if (!was_asked(asked, trusts->at[i].trust->id))
			put_trust_id(pen, trusts->at[i].trust, &first);
	yett_pen_put(pen, YETT_LIT("}"));
}

static void
put_prefix(struct yett_pen *pen, const char *name, struct yett_slice text)
{
	if (text.len > 12)
		text.len = 12;
	yett_pen_member(pen, name, text);
}

/* Which kinds of names it has, not the names. */
static void
put_kinds(struct yett_pen *pen, const struct yett_certificate *leaf)
{
	const struct {
		const char *name;
		uint32_t count;
	} kinds[] = { { "dns", leaf->dns_count },
		{ "email", leaf->email_count }, { "uri", leaf->uri_count } };
	bool first = true;

	yett_pen_name(pen, "san");
	yett_pen_put(pen, YETT_LIT("["));
	for (size_t i = 0; i < 3; i++) {
		if (kinds[i].count == 0)
			continue;
		if (!first)
			yett_pen_put(pen, YETT_LIT(","));
		first = false;
		yett_pen_string(pen, yett_slice_of(kinds[i].name));
	}
	yett_pen_put(pen, YETT_LIT("]"));
}

/* Whether the rule's identity was compared with the certificate, and how. */
static void
put_identity(struct yett_pen *pen, const struct yett_decision *decision)
{
	bool matched = decision->verdict == YETT_VERDICT_ALLOW;

	if (decision->rule == NULL || decision->rule->identity == NULL ||
	    decision->verified == NULL ||
	    (decision->reason != YETT_REASON_IDENTITY &&
		(!matched || decision->by_function ||
		    decision->need != YETT_NEED_REQUIRE)))
		return;
	yett_pen_name(pen, "identity");
	yett_pen_id(pen, yett_record_identity(decision->rule->identity));
	yett_pen_text(pen,
	    matched ? ",\"identity_matched\":true"
		    : ",\"identity_matched\":false");
}

static void
put_certificate(struct yett_pen *pen, const struct yett_certificate *leaf,
    const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct yett_slice domain = yett_certificate_domain(leaf);

	put_prefix(pen, "leaf", leaf->fingerprint);
	yett_pen_name(pen, "issuer");
	yett_pen_id(pen, yett_hash(YETT_HASH_START, leaf->issuer, false));
	put_kinds(pen, leaf);
	if (domain.at != NULL)
		yett_pen_member(pen, "spiffe", domain);
	yett_pen_name(pen, "verified");
	yett_pen_put(pen, YETT_LIT("{"));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			yett_pen_put(pen, YETT_LIT(","));
		yett_pen_string(pen, trusts->at[i].trust->name);
		yett_pen_put(pen, YETT_LIT(":"));
		yett_pen_string(pen,
		    yett_slice_of(
			yett_verification_name(trusts->at[i].verification)));
	}
	yett_pen_put(pen, YETT_LIT("}"));
	put_identity(pen, decision);
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
put_header(struct yett_pen *pen, const struct yett_request *request,
    const char *name)
{
	struct yett_buf joined = { 0 };
	uint32_t found = 0;

	for (uint32_t i = 0; i < request->header_count; i++) {
		if (!yett_slice_eq_nocase(request->header[i].name,
			yett_slice_of(name)))
			continue;
		if (pen->status == YETT_OK && found++ > 0)
			pen->status = yett_buf_append(&joined, YETT_LIT(", "));
		if (pen->status == YETT_OK)
			pen->status = yett_buf_append(&joined,
			    request->header[i].value);
	}
	yett_pen_string(pen, yett_slice_of(name));
	yett_pen_put(pen, YETT_LIT(":"));
	if (found > 0)
		yett_pen_string(pen, yett_buf_slice(&joined));
	else
		yett_pen_text(pen, "null");
	yett_buf_clear(&joined);
}

static void
put_headers(struct yett_pen *pen, const struct yett_request *request)
{
	const struct yett_header_reads *reads = request->header_reads;
	bool first = true;

	if (reads == NULL || reads->count == 0)
		return;
	yett_pen_name(pen, "headers");
	yett_pen_put(pen, YETT_LIT("{"));
	for (uint32_t i = 0; i < reads->count; i++) {
		if (is_secret(reads->name[i]))
			continue;
		if (!first)
			yett_pen_put(pen, YETT_LIT(","));
		first = false;
		put_header(pen, request, reads->name[i]);
	}
	yett_pen_put(pen, YETT_LIT("}"));
}

static void
put_request(struct yett_pen *pen, const struct yett_request *request,
    uint32_t mask)
{
	if ((mask & YETT_FACT_METHOD) == 0)
		yett_pen_member(pen, "method", request->method);
	yett_pen_member(pen, "host", request->host);
	if ((mask & YETT_FACT_PATH) == 0)
		yett_pen_member(pen, "path", request->path);
	put_flag(pen, "query", request->query.at != NULL);
	/* Another method is none; that is not told each time. */
	if (yett_slice_eq(request->method, YETT_LIT("OPTIONS")))
		put_flag(pen, "preflight", request->preflight);
	if ((mask & YETT_FACT_HEADER) == 0)
		put_headers(pen, request);
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
put_decision(struct yett_pen *pen, const struct yett_decision *decision)
{
	yett_pen_word(pen, "outcome", verdict_name(decision));
	yett_pen_name(pen, "status");
	yett_pen_number(pen, decision->status);
	if (decision->reason != YETT_REASON_NONE)
		yett_pen_word(pen, "reason",
		    yett_reason_name(decision->reason));
	yett_pen_word(pen, "cause", yett_cause_name(decision->cause));
	if (decision->shadow != YETT_REASON_NONE)
		yett_pen_word(pen, "shadow",
		    yett_reason_name(decision->shadow));
	if (decision->site != NULL)
		yett_pen_member(pen, "site", decision->site->name);
	if (decision->rule != NULL) {
		yett_pen_member(pen, "rule", decision->rule->label);
		put_place(pen, &decision->rule->place);
	}
}

enum yett_status
yett_record_write_request(struct yett_buf *out,
    const struct yett_record_source *source, struct yett_slice id,
    const struct yett_request *request, const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct yett_pen pen = { out, YETT_OK };
	uint32_t mask = yett_generation_settings(source->gen)->log.mask;

	begin(&pen, "request", source, request->now);
	yett_pen_member(&pen, "id", id);
	put_hello(&pen, request->hello, mask);
	yett_pen_text(&pen, source->resumed ? ",\"resumed\":true" : "");
	if ((mask & YETT_FACT_VERSION) == 0) {
		yett_pen_word(&pen, "group", source->group);
		yett_pen_word(&pen, "signature", source->signature);
	}
	put_asked(&pen, source->gen, &request->asked);
	put_trust_ids(&pen, source->gen, &request->asked, trusts);
	if ((mask & YETT_FACT_CERTIFICATE) == 0) {
		put_flag(&pen, "sent", request->peer.leaf != NULL);
		if (request->peer.leaf != NULL)
			put_certificate(&pen, request->peer.leaf, trusts,
			    decision);
	}
	put_request(&pen, request, mask);
	if (decision->site != NULL && decision->site->learns) {
		put_flag(&pen, "hello_learned", request->hello->learned);
		put_flag(&pen, "learned", request->learned);
	}
	put_decision(&pen, decision);
	end(&pen, decision->read, mask);
	return pen.status;
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
