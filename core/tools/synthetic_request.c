/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/synthetic_request.h"

#include <stdio.h>

#include "base/clock.h"

/* Read the texts of `name` into `out`, which has room for the most. */
static enum yett_status
read_list(const struct yett_message *from, const char *name,
    struct yett_slice *out, uint32_t *count, struct yett_fault *fault)
{
	*count = yett_message_list(from, name, out, YETT_SYNTHETIC_MOST);
	if (*count <= YETT_SYNTHETIC_MOST)
		return YETT_OK;
	return yett_fail(fault, YETT_E_ARGUMENT, "%s: more than %d values",
	    name, YETT_SYNTHETIC_MOST);
}

/* A text that is NUL-terminated, or NULL. */
static const char *
text_of(const struct yett_message *from, const char *name)
{
	return yett_message_text(from, name).at;
}

/* --- the certificate --- */

/* A description fares with a trust as a chain would (tls/trust.h): only the
 * trust that it names can say more than that it does not know it. */
static enum yett_verification
verify_description(void *arg, const struct yett_trust *trust)
{
	const struct yett_synthetic_request *synthetic = arg;
	int64_t now = (int64_t)(synthetic->of_hello.hello.now / YETT_NS_PER_S);

	if (!yett_slice_eq(trust->name, synthetic->issued_for))
		return YETT_VERIFY_UNTRUSTED;
	if (synthetic->wrong_purpose)
		return YETT_VERIFY_WRONG_PURPOSE;
	if (synthetic->revoked)
		return YETT_VERIFY_REVOKED;
	if (synthetic->crl_unavailable)
		return YETT_VERIFY_CRL_UNAVAILABLE;
	if (now < synthetic->leaf.not_before || now > synthetic->leaf.not_after)
		return YETT_VERIFY_EXPIRED;
	return YETT_VERIFIED;
}

static enum yett_status
read_certificate(const struct yett_message *from,
    struct yett_synthetic_request *out, struct yett_fault *fault)
{
	struct yett_certificate *leaf = &out->leaf;
	enum yett_status status;

	out->issued_for = yett_message_text(from, "issuer");
	if (out->issued_for.at == NULL)
		return YETT_OK;
	out->revoked = yett_message_is(from, "revoked");
	out->crl_unavailable = yett_message_is(from, "crl_unavailable");
	out->wrong_purpose = yett_message_is(from, "wrong_purpose");
	leaf->subject = yett_message_text(from, "subject");
	leaf->issuer = yett_message_text(from, "issued_by");
	leaf->serial = yett_message_text(from, "serial");
	leaf->fingerprint = yett_message_text(from, "fingerprint");
	leaf->not_before = yett_message_number(from, "not_before", INT64_MIN);
	leaf->not_after = yett_message_number(from, "not_after", INT64_MAX);
	leaf->dns = out->dns;
	leaf->email = out->email;
	leaf->uri = out->uri;
	status = read_list(from, "dns", out->dns, &leaf->dns_count, fault);
	if (status == YETT_OK)
		status = read_list(from, "email", out->email,
		    &leaf->email_count, fault);
	if (status == YETT_OK)
		status = read_list(from, "uri", out->uri, &leaf->uri_count,
		    fault);
	out->peer = (struct yett_peer_facts){
		.leaf = leaf,
		.verify = verify_description,
		.arg = out,
	};
	return status;
}

/* --- the request --- */

/* Clients that send no server name ask for an address. */
static struct yett_slice
host_of(const struct yett_http_request *from, const struct yett_hello *hello)
{
	if (from->host != NULL)
		return yett_slice_of(from->host);
	return hello->sni.len > 0 ? hello->sni : YETT_LIT("127.0.0.1");
}

/* Hello and request; without a target there is no request. */
static enum yett_status
read_request(const struct yett_http_request *from,
    struct yett_synthetic_request *out, struct yett_fault *fault)
{
	enum yett_status status = yett_hello_facts_read(&out->of_hello,
	    &from->hello, fault);

	if (status != YETT_OK || from->target == NULL)
		return status;
	return yett_raw_request_write(&out->raw,
	    &(struct yett_raw_request_parts){
		.method = from->method,
		.target = yett_slice_of(from->target),
		.host = host_of(from, &out->of_hello.hello),
		.header = from->header,
		.header_count = from->header_count,
	    },
	    fault);
}

/* The header fields of a message as lines; `line` has room for the most. */
static enum yett_status
read_headers(const struct yett_message *from,
    struct yett_synthetic_request *out, const char **line, size_t *count,
    struct yett_fault *fault)
{
	struct yett_slice name[YETT_SYNTHETIC_MOST], value[YETT_SYNTHETIC_MOST];
	uint32_t names, values;
	enum yett_status status = read_list(from, "header_name", name, &names,
	    fault);

	if (status == YETT_OK)
		status = read_list(from, "header_value", value, &values, fault);
	if (status != YETT_OK)
		return status;
	if (names != values)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "a header field has a name and a value");
	for (uint32_t i = 0; i < names; i++) {
		size_t size = name[i].len + value[i].len + sizeof(": ");
		char *text = yett_arena_alloc(&out->arena, size);

		if (text == NULL)
			return YETT_E_NOMEM;
		snprintf(text, size, "%.*s: %.*s", YETT_ARG(name[i]),
		    YETT_ARG(value[i]));
		line[i] = text;
	}
	*count = names;
	return YETT_OK;
}

/* What a message tells, as the public struct; the arrays are room for the
 * most. */
static enum yett_status
read_message(const struct yett_message *from,
    struct yett_synthetic_request *out, struct yett_fault *fault)
{
	const char *tls = text_of(from, "tls");
	struct yett_slice name[YETT_SYNTHETIC_MOST];
	const char *alpn[YETT_SYNTHETIC_MOST], *header[YETT_SYNTHETIC_MOST];
	struct yett_http_request request = {
		.hello = { .server_name = text_of(from, "sni"),
		    .alpn = alpn,
		    .version = tls != NULL && strcmp(tls, "1.2") == 0 ? 0x0303
								      : 0,
		    .client_address = text_of(from, "from") },
		.method = text_of(from, "method"),
		.target = text_of(from, "target"),
		.host = text_of(from, "host"),
		.header = header,
	};
	int64_t now = yett_message_number(from, "now", -1);
	uint32_t count;
	enum yett_status status = read_list(from, "alpn", name, &count, fault);

	if (status == YETT_OK)
		status = read_headers(from, out, header, &request.header_count,
		    fault);
	if (status != YETT_OK)
		return status;
	for (uint32_t i = 0; i < count; i++)
		alpn[i] = name[i].at;
	request.hello.alpn_count = count;
	status = read_request(&request, out, fault);
	out->of_hello.hello.learned = yett_message_is(from, "learned");
	if (now >= 0)
		out->of_hello.hello.now = (uint64_t)now * YETT_NS_PER_S;
	return status;
}

/* --- public ------------------------------------------------------------- */

enum yett_status
yett_synthetic_request_read_message(struct yett_synthetic_request *out,
    const struct yett_message *from, struct yett_fault *fault)
{
	enum yett_status status;

	*out = (struct yett_synthetic_request){ 0 };
	status = read_message(from, out, fault);
	if (status == YETT_OK && text_of(from, "target") != NULL)
		status = read_certificate(from, out, fault);
	if (status != YETT_OK)
		yett_synthetic_request_clear(out);
	return status;
}

enum yett_status
yett_synthetic_request_read(struct yett_synthetic_request *out,
    const struct yett_http_request *from, struct yett_fault *fault)
{
	enum yett_status status;

	*out = (struct yett_synthetic_request){ 0 };
	status = read_request(from, out, fault);
	if (status != YETT_OK) {
		yett_synthetic_request_clear(out);
		return status;
	}
	if (from->certificate_trust == NULL)
		return YETT_OK;
	out->issued_for = yett_slice_of(from->certificate_trust);
	out->leaf.subject = yett_slice_of(from->certificate_subject);
	out->leaf.not_before = INT64_MIN;
	out->leaf.not_after = INT64_MAX;
	out->peer = (struct yett_peer_facts){
		.leaf = &out->leaf,
		.verify = verify_description,
		.arg = out,
	};
	return YETT_OK;
}

void
yett_synthetic_request_clear(struct yett_synthetic_request *synthetic)
{
	yett_raw_request_clear(&synthetic->raw);
	yett_arena_clear(&synthetic->arena);
}

enum yett_status
yett_synthetic_request_handshake(struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen, const struct yett_functions *functions,
    struct yett_hello_decision *decision)
{
	struct yett_asked *asked = &synthetic->asked;
	uint64_t *id;

	yett_decide_hello(gen, functions, &synthetic->of_hello.hello, NULL,
	    decision);
	*asked = (struct yett_asked){ .generation = yett_generation_id(gen) };
	id = yett_arena_alloc(&synthetic->arena,
	    (decision->trusts.count + 1) * sizeof(*id));
	if (id == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < decision->trusts.count; i++)
		id[i] =
		    yett_generation_trust(gen, decision->trusts.index[i])->id;
	asked->trust_id = id;
	asked->trust_count = decision->trusts.count;
	asked->need = decision->need;
	asked->cause = decision->cause;
	return YETT_OK;
}

void
yett_synthetic_request_not_asked(struct yett_synthetic_request *synthetic)
{
	synthetic->asked = (struct yett_asked){ .need = YETT_NEED_NONE,
		.cause = YETT_CAUSE_POLICY };
}

void
yett_synthetic_request_hide(struct yett_synthetic_request *synthetic)
{
	if (synthetic->asked.need == YETT_NEED_NONE)
		synthetic->peer = (struct yett_peer_facts){ 0 };
}

bool
yett_synthetic_request_completes(const struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen,
    const struct yett_hello_decision *decision, struct yett_synthetic_end *out)
{
	const struct yett_hello *hello = &synthetic->of_hello.hello;
	struct yett_gate_refusal refusal;

	*out = (struct yett_synthetic_end){ .why = NULL };
	if (!yett_gate_decision(hello, decision, &refusal) ||
	    !yett_gate_protocol(hello, decision->site, &refusal)) {
		out->why = refusal.why;
		return false;
	}
	if (decision->need != YETT_NEED_REQUIRE)
		return true;
	out->judgement = yett_judge_peer(gen, &decision->trusts,
	    &synthetic->peer);
	out->why = "the handshake requires a certificate";
	return out->judgement.verified != NULL;
}

/* A test that says that a need was learned means the hello and the request. */
static bool
has_learned(void *arg, const struct yett_hello *hello)
{
	(void)arg;
	return hello->learned;
}

struct yett_plan_facts
yett_synthetic_request_facts(const struct yett_synthetic_request *synthetic,
    const struct yett_generation *gen, const struct yett_functions *functions)
{
	return (struct yett_plan_facts){
		.gen = gen,
		.functions = functions,
		.hello = &synthetic->of_hello.hello,
		.asked = synthetic->asked,
		.peer = synthetic->peer,
		.now = synthetic->of_hello.hello.now,
		.learned = has_learned,
	};
}
