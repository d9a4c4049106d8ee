/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/record_line.h"

#include <arpa/inet.h>

#include "policy/hash.h"
#include "policy/identity.h"
#include "rollout/json_writer.h"

/* ,"name":true or false */
static void
put_flag(struct yett_json_writer *writer, const char *name, bool flag)
{
	yett_json_writer_name(writer, name);
	yett_json_writer_text(writer, flag ? "true" : "false");
}

/* --- the facts of a hello --- */

static void
put_address(struct yett_json_writer *writer, const struct yett_hello *hello)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	const uint8_t *byte = hello->client_ip.byte;
	char text[INET6_ADDRSTRLEN] = "";

	if (memcmp(byte, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, byte + sizeof(mapped), text, sizeof(text));
	else
		inet_ntop(AF_INET6, byte, text, sizeof(text));
	yett_json_writer_member(writer, "client_ip", yett_slice_of(text));
	yett_json_writer_name(writer, "client_port");
	yett_json_writer_number(writer, hello->client_port);
}

static void
put_alpn(struct yett_json_writer *writer, const struct yett_hello *hello)
{
	yett_json_writer_name(writer, "alpn");
	yett_json_writer_put(writer, YETT_LIT("["));
	for (uint32_t i = 0; i < hello->alpn_count; i++) {
		if (i > 0)
			yett_json_writer_put(writer, YETT_LIT(","));
		yett_json_writer_string(writer, hello->alpn[i]);
	}
	yett_json_writer_put(writer, YETT_LIT("]"));
}

static void
put_hello(struct yett_json_writer *writer, const struct yett_hello *hello,
    uint32_t mask)
{
	yett_json_writer_member(writer, "sni", hello->sni);
	if ((mask & YETT_FACT_ALPN) == 0)
		put_alpn(writer, hello);
	if ((mask & YETT_FACT_VERSION) == 0) {
		yett_json_writer_word(writer, "version",
		    hello->version >= 0x0304 ? "1.3" : "1.2");
		if (hello->offers_post_handshake_auth)
			yett_json_writer_text(writer,
			    ",\"post_handshake_auth\":true");
	}
	if ((mask & YETT_FACT_CLIENT_IP) == 0)
		put_address(writer, hello);
}

/* A list of facts, by name. */
static void
put_facts(struct yett_json_writer *writer, const char *name, uint32_t facts)
{
	bool first = true;

	yett_json_writer_name(writer, name);
	yett_json_writer_put(writer, YETT_LIT("["));
	for (uint32_t fact = 1; fact < YETT_FACT_END; fact <<= 1) {
		if ((facts & fact) == 0)
			continue;
		if (!first)
			yett_json_writer_put(writer, YETT_LIT(","));
		first = false;
		yett_json_writer_string(writer,
		    yett_slice_of(yett_fact_name(fact)));
	}
	yett_json_writer_put(writer, YETT_LIT("]"));
}

static void
begin(struct yett_json_writer *writer, const char *kind,
    const struct yett_record_source *source, uint64_t now)
{
	yett_json_writer_text(writer, "{\"kind\":\"");
	yett_json_writer_text(writer, kind);
	yett_json_writer_put(writer, YETT_LIT("\""));
	yett_json_writer_name(writer, "format");
	yett_json_writer_number(writer, YETT_RECORD_FORMAT);
	yett_json_writer_time(writer, now);
	yett_json_writer_name(writer, "connection");
	yett_json_writer_id(writer, source->connection);
	yett_json_writer_name(writer, "generation");
	yett_json_writer_number(writer, yett_generation_id(source->gen));
}

static void
put_place(struct yett_json_writer *writer, const struct yett_place *place)
{
	if (place->line == 0)
		return;
	yett_json_writer_member(writer, "file", place->file);
	yett_json_writer_name(writer, "line");
	yett_json_writer_number(writer, place->line);
}

static void
end(struct yett_json_writer *writer, uint32_t read, uint32_t mask)
{
	put_facts(writer, "read", read);
	if (mask != 0)
		put_facts(writer, "masked", mask);
	yett_json_writer_put(writer, YETT_LIT("}\n"));
}

/* One more trust of those whose ids are told. */
static void
put_trust_id(struct yett_json_writer *writer, const struct yett_trust *trust,
    bool *first)
{
	if (!*first)
		yett_json_writer_put(writer, YETT_LIT(","));
	*first = false;
	yett_json_writer_string(writer, trust->name);
	yett_json_writer_put(writer, YETT_LIT(":"));
	yett_json_writer_id(writer, trust->id);
}

static void
put_asked_set(struct yett_json_writer *writer,
    const struct yett_generation *gen, const struct yett_trust_set *trusts)
{
	bool first = true;

	yett_json_writer_name(writer, "trusts");
	yett_json_writer_put(writer, YETT_LIT("["));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			yett_json_writer_put(writer, YETT_LIT(","));
		yett_json_writer_string(writer,
		    yett_generation_trust(gen, trusts->index[i])->name);
	}
	yett_json_writer_put(writer, YETT_LIT("]"));
	yett_json_writer_name(writer, "trust_ids");
	yett_json_writer_put(writer, YETT_LIT("{"));
	for (uint32_t i = 0; i < trusts->count; i++)
		put_trust_id(writer,
		    yett_generation_trust(gen, trusts->index[i]), &first);
	yett_json_writer_put(writer, YETT_LIT("}"));
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
	struct yett_json_writer writer = { out, YETT_OK };
	uint32_t mask = yett_generation_settings(source->gen)->log.mask;

	begin(&writer, "hello", source, hello->now);
	put_hello(&writer, hello, mask);
	if (decision->site != NULL && decision->site->learns)
		put_flag(&writer, "learned", hello->learned);
	yett_json_writer_word(&writer, "outcome", action_name(decision));
	yett_json_writer_word(&writer, "asked", yett_need_name(decision->need));
	put_asked_set(&writer, source->gen, &decision->trusts);
	yett_json_writer_word(&writer, "cause",
	    yett_cause_name(decision->cause));
	if (decision->site != NULL)
		yett_json_writer_member(&writer, "site", decision->site->name);
	if (decision->because != NULL) {
		yett_json_writer_member(&writer, "rule",
		    decision->because->label);
		put_place(&writer, &decision->because->place);
	}
	end(&writer, decision->read, mask);
	return writer.status;
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
put_asked(struct yett_json_writer *writer, const struct yett_generation *gen,
    const struct yett_asked *asked)
{
	yett_json_writer_word(writer, "asked", yett_need_name(asked->need));
	yett_json_writer_word(writer, "asked_cause",
	    yett_cause_name(asked->cause));
	yett_json_writer_name(writer, "asked_generation");
	yett_json_writer_number(writer, asked->generation);
	yett_json_writer_name(writer, "trusts");
	yett_json_writer_put(writer, YETT_LIT("["));
	for (uint32_t i = 0; i < asked->trust_count; i++) {
		const struct yett_trust *trust = find_trust(gen,
		    asked->trust_id[i]);

		if (i > 0)
			yett_json_writer_put(writer, YETT_LIT(","));
		yett_json_writer_string(writer,
		    trust != NULL ? trust->name : YETT_LIT(""));
	}
	yett_json_writer_put(writer, YETT_LIT("]"));
}

/* Of the trusts that were asked for and of those that judged. */
static void
put_trust_ids(struct yett_json_writer *writer,
    const struct yett_generation *gen, const struct yett_asked *asked,
    const struct yett_record_trusts *trusts)
{
	bool first = true;

	yett_json_writer_name(writer, "trust_ids");
	yett_json_writer_put(writer, YETT_LIT("{"));
	for (uint32_t i = 0; i < asked->trust_count; i++) {
		const struct yett_trust *trust = find_trust(gen,
		    asked->trust_id[i]);

		if (trust != NULL)
			put_trust_id(writer, trust, &first);
	}
	for (uint32_t i = 0; i < trusts->count; i++)
		if (!was_asked(asked, trusts->at[i].trust->id))
			put_trust_id(writer, trusts->at[i].trust, &first);
	yett_json_writer_put(writer, YETT_LIT("}"));
}

static void
put_prefix(struct yett_json_writer *writer, const char *name,
    struct yett_slice text)
{
	if (text.len > 12)
		text.len = 12;
	yett_json_writer_member(writer, name, text);
}

/* Which kinds of names it has, not the names. */
static void
put_kinds(struct yett_json_writer *writer, const struct yett_certificate *leaf)
{
	const struct {
		const char *name;
		uint32_t count;
	} kinds[] = { { "dns", leaf->dns_count },
		{ "email", leaf->email_count }, { "uri", leaf->uri_count } };
	bool first = true;

	yett_json_writer_name(writer, "san");
	yett_json_writer_put(writer, YETT_LIT("["));
	for (size_t i = 0; i < 3; i++) {
		if (kinds[i].count == 0)
			continue;
		if (!first)
			yett_json_writer_put(writer, YETT_LIT(","));
		first = false;
		yett_json_writer_string(writer, yett_slice_of(kinds[i].name));
	}
	yett_json_writer_put(writer, YETT_LIT("]"));
}

/* Whether the rule's identity was compared with the certificate, and how. */
static void
put_identity(struct yett_json_writer *writer,
    const struct yett_decision *decision)
{
	bool matched = decision->verdict == YETT_VERDICT_ALLOW;

	if (decision->rule == NULL || decision->rule->identity == NULL ||
	    decision->verified == NULL ||
	    (decision->reason != YETT_REASON_IDENTITY &&
		(!matched || decision->by_function ||
		    decision->need != YETT_NEED_REQUIRE)))
		return;
	yett_json_writer_name(writer, "identity");
	yett_json_writer_id(writer,
	    yett_record_identity(decision->rule->identity));
	yett_json_writer_text(writer,
	    matched ? ",\"identity_matched\":true"
		    : ",\"identity_matched\":false");
}

static void
put_certificate(struct yett_json_writer *writer,
    const struct yett_certificate *leaf,
    const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct yett_slice domain = yett_certificate_domain(leaf);

	put_prefix(writer, "leaf", leaf->fingerprint);
	yett_json_writer_name(writer, "issuer");
	yett_json_writer_id(writer,
	    yett_hash(YETT_HASH_START, leaf->issuer, false));
	put_kinds(writer, leaf);
	if (domain.at != NULL)
		yett_json_writer_member(writer, "spiffe", domain);
	yett_json_writer_name(writer, "verified");
	yett_json_writer_put(writer, YETT_LIT("{"));
	for (uint32_t i = 0; i < trusts->count; i++) {
		if (i > 0)
			yett_json_writer_put(writer, YETT_LIT(","));
		yett_json_writer_string(writer, trusts->at[i].trust->name);
		yett_json_writer_put(writer, YETT_LIT(":"));
		yett_json_writer_string(writer,
		    yett_slice_of(
			yett_verification_name(trusts->at[i].verification)));
	}
	yett_json_writer_put(writer, YETT_LIT("}"));
	put_identity(writer, decision);
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
put_header(struct yett_json_writer *writer, const struct yett_request *request,
    const char *name)
{
	struct yett_buf joined = { 0 };
	uint32_t found = 0;

	for (uint32_t i = 0; i < request->header_count; i++) {
		if (!yett_slice_eq_nocase(request->header[i].name,
			yett_slice_of(name)))
			continue;
		if (writer->status == YETT_OK && found++ > 0)
			writer->status = yett_buf_append(&joined,
			    YETT_LIT(", "));
		if (writer->status == YETT_OK)
			writer->status = yett_buf_append(&joined,
			    request->header[i].value);
	}
	yett_json_writer_string(writer, yett_slice_of(name));
	yett_json_writer_put(writer, YETT_LIT(":"));
	if (found > 0)
		yett_json_writer_string(writer, yett_buf_slice(&joined));
	else
		yett_json_writer_text(writer, "null");
	yett_buf_clear(&joined);
}

static void
put_headers(struct yett_json_writer *writer, const struct yett_request *request)
{
	const struct yett_header_reads *reads = request->header_reads;
	bool first = true;

	if (reads == NULL || reads->count == 0)
		return;
	yett_json_writer_name(writer, "headers");
	yett_json_writer_put(writer, YETT_LIT("{"));
	for (uint32_t i = 0; i < reads->count; i++) {
		if (is_secret(reads->name[i]))
			continue;
		if (!first)
			yett_json_writer_put(writer, YETT_LIT(","));
		first = false;
		put_header(writer, request, reads->name[i]);
	}
	yett_json_writer_put(writer, YETT_LIT("}"));
}

static void
put_request(struct yett_json_writer *writer, const struct yett_request *request,
    uint32_t mask)
{
	if ((mask & YETT_FACT_METHOD) == 0)
		yett_json_writer_member(writer, "method", request->method);
	yett_json_writer_member(writer, "host", request->host);
	if ((mask & YETT_FACT_PATH) == 0)
		yett_json_writer_member(writer, "path", request->path);
	put_flag(writer, "query", request->query.at != NULL);
	/* Another method is none; that is not told each time. */
	if (yett_slice_eq(request->method, YETT_LIT("OPTIONS")))
		put_flag(writer, "preflight", request->preflight);
	if ((mask & YETT_FACT_HEADER) == 0)
		put_headers(writer, request);
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
put_decision(struct yett_json_writer *writer,
    const struct yett_decision *decision)
{
	yett_json_writer_word(writer, "outcome", verdict_name(decision));
	yett_json_writer_name(writer, "status");
	yett_json_writer_number(writer, decision->status);
	if (decision->reason != YETT_REASON_NONE)
		yett_json_writer_word(writer, "reason",
		    yett_reason_name(decision->reason));
	yett_json_writer_word(writer, "cause",
	    yett_cause_name(decision->cause));
	if (decision->shadow != YETT_REASON_NONE)
		yett_json_writer_word(writer, "shadow",
		    yett_reason_name(decision->shadow));
	if (decision->site != NULL)
		yett_json_writer_member(writer, "site", decision->site->name);
	if (decision->rule != NULL) {
		yett_json_writer_member(writer, "rule", decision->rule->label);
		put_place(writer, &decision->rule->place);
	}
}

enum yett_status
yett_record_write_request(struct yett_buf *out,
    const struct yett_record_source *source, struct yett_slice id,
    const struct yett_request *request, const struct yett_record_trusts *trusts,
    const struct yett_decision *decision)
{
	struct yett_json_writer writer = { out, YETT_OK };
	uint32_t mask = yett_generation_settings(source->gen)->log.mask;

	begin(&writer, "request", source, request->now);
	yett_json_writer_member(&writer, "id", id);
	put_hello(&writer, request->hello, mask);
	yett_json_writer_text(&writer,
	    source->resumed ? ",\"resumed\":true" : "");
	if ((mask & YETT_FACT_VERSION) == 0) {
		yett_json_writer_word(&writer, "group", source->group);
		yett_json_writer_word(&writer, "signature", source->signature);
	}
	put_asked(&writer, source->gen, &request->asked);
	put_trust_ids(&writer, source->gen, &request->asked, trusts);
	if ((mask & YETT_FACT_CERTIFICATE) == 0) {
		put_flag(&writer, "sent", request->peer.leaf != NULL);
		if (request->peer.leaf != NULL)
			put_certificate(&writer, request->peer.leaf, trusts,
			    decision);
	}
	put_request(&writer, request, mask);
	if (decision->site != NULL && decision->site->learns) {
		put_flag(&writer, "hello_learned", request->hello->learned);
		put_flag(&writer, "learned", request->learned);
	}
	put_decision(&writer, decision);
	end(&writer, decision->read, mask);
	return writer.status;
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
