/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/handshake.h"

#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "tls/datum.h"
#include "tls/hello.h"
#include "tls/tickets.h"

#define HTTP_1_1 "http/1.1"

/* What our hooks return to stop a handshake for which an alert was sent. */
#define STOP GNUTLS_E_USER_ERROR

/* GnuTLS's own default number. */
#define TICKETS 2

struct yett_handshake_state {
	struct yett_server_key_choice choice; /* first: the session's pointer */
	gnutls_session_t tls;
	const struct yett_ticket_root *root;
	yett_session_ask ask;
	void *arg;
	struct yett_session_facts *facts;
	uint64_t now;

	/* Known once the ClientHello was seen. */
	bool seen;
	uint8_t digest[YETT_SHA256_LEN];
	struct yett_generation *gen; /* a reference: it keeps all below */
	const struct yett_credentials *credentials;
	uint32_t *trust; /* indexes of the asked ones; ours */
	uint32_t trust_count;

	bool sent; /* a Certificate message came that was not empty */
	struct yett_fault fault;
};

/* One decision of the layer above, with what it refers to. */
struct answer {
	struct yett_hello_decision decision;
	const struct yett_credentials *credentials;
};

void
yett_session_facts_clear(struct yett_session_facts *facts)
{
	yett_peer_free(facts->peer);
	free(facts->hello_memory);
	free(facts->asked_memory);
	*facts = (struct yett_session_facts){ .has_alert = false };
}

/* --- refusing ----------------------------------------------------------- */

/* Sent here and now: afterwards GnuTLS would choose another one. */
static int
refuse(struct yett_handshake_state *handshake, gnutls_alert_description_t alert,
    const char *why)
{
	/* That the alert cannot be sent changes nothing. */
	(void)gnutls_alert_send(handshake->tls, GNUTLS_AL_FATAL, alert);
	handshake->facts->alert = alert;
	handshake->facts->has_alert = true;
	(void)yett_fail(&handshake->fault, YETT_E_PROTOCOL, "%s", why);
	return STOP;
}

static bool
is_tls13(const struct yett_handshake_state *handshake)
{
	return gnutls_protocol_get_version(handshake->tls) == GNUTLS_TLS1_3;
}

/* --- keeping facts ------------------------------------------------------ */

static struct yett_slice
store(char **at, struct yett_slice text)
{
	struct yett_slice copy = { *at, text.len };

	if (text.len > 0)
		memcpy(*at, text.at, text.len);
	(*at)[text.len] = '\0';
	*at += text.len + 1;
	return copy;
}

static bool
keep_hello(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message)
{
	struct yett_hello *hello = &handshake->facts->hello;
	size_t size = message->alpn_count * sizeof(struct yett_slice) +
	    message->sni_len + 1;
	struct yett_slice *alpn;
	char *text;

	for (uint32_t i = 0; i < message->alpn_count; i++)
		size += message->alpn[i].len + 1;
	alpn = malloc(size);
	if (alpn == NULL)
		return false;
	handshake->facts->hello_memory = alpn;
	text = (char *)(alpn + message->alpn_count);
	for (uint32_t i = 0; i < message->alpn_count; i++)
		alpn[i] = store(&text, message->alpn[i]);
	hello->alpn = alpn;
	hello->alpn_count = message->alpn_count;
	hello->sni = store(&text,
	    (struct yett_slice){ message->sni, message->sni_len });
	hello->version = message->version;
	hello->offers_post_handshake_auth = message->offers_post_handshake_auth;
	hello->now = handshake->now;
	return true;
}

/* Keep who decided what; afterwards the decision itself may go. */
static bool
keep_answer(struct yett_handshake_state *handshake, const struct answer *answer)
{
	const struct yett_hello_decision *decision = &answer->decision;
	struct yett_session_facts *facts = handshake->facts;
	uint32_t count = decision->trusts.count;
	struct yett_generation *gen = yett_credentials_generation(
	    answer->credentials);
	uint64_t *id = malloc(
	    count * sizeof(*id) + decision->site->name.len + 1);
	char *text = (char *)(id + count);

	handshake->trust = calloc(count + 1, sizeof(*handshake->trust));
	if (id == NULL || handshake->trust == NULL) {
		free(id);
		return false;
	}
	for (uint32_t i = 0; i < count; i++) {
		handshake->trust[i] = decision->trusts.index[i];
		id[i] = yett_generation_trust(gen, handshake->trust[i])->id;
	}
	handshake->trust_count = count;
	handshake->credentials = answer->credentials;
	handshake->gen = yett_generation_ref(gen);
	facts->asked_memory = id;
	facts->site_name = store(&text, decision->site->name);
	facts->asked = (struct yett_asked){ decision->need, id, count,
		decision->cause, yett_generation_id(gen) };
	return true;
}

/* --- the certificate ---------------------------------------------------- */

/* Copy the chain that GnuTLS holds. */
static bool
keep_peer(struct yett_handshake_state *handshake)
{
	unsigned count = 0;
	const gnutls_datum_t *list =
	    gnutls_certificate_get_peers(handshake->tls, &count);
	struct yett_slice *der;
	enum yett_status status;

	if (list == NULL || count == 0)
		return false;
	der = calloc(count, sizeof(*der));
	if (der == NULL)
		return false;
	for (unsigned i = 0; i < count; i++)
		der[i] = yett_datum_slice(&list[i]);
	status = yett_peer_new(&handshake->facts->peer,
	    &(struct yett_chain){ der, count });
	free(der);
	return status == YETT_OK;
}

/* The better of two results; the order is that of the answers in HTTP. */
static int
rank(enum yett_verification verification)
{
	switch (verification) {
	case YETT_VERIFIED: return 4;
	case YETT_VERIFY_REVOKED:
	case YETT_VERIFY_CRL_UNAVAILABLE: return 3;
	case YETT_VERIFY_EXPIRED: return 2;
	case YETT_VERIFY_UNTRUSTED: return 1;
	}
	return 0;
}

/* How the peer fares with the best of the trusts that were asked for. */
static struct yett_trust_result
best_result(const struct yett_handshake_state *handshake)
{
	struct yett_trust_result best = { YETT_VERIFY_UNTRUSTED, false, 0 };

	for (uint32_t i = 0; i < handshake->trust_count; i++) {
		struct yett_trust_result one;

		yett_peer_verify(handshake->facts->peer, handshake->credentials,
		    handshake->trust[i], handshake->now, &one);
		if (rank(one.verification) > rank(best.verification) ||
		    (one.verification == best.verification &&
			one.wrong_purpose))
			best = one;
	}
	return best;
}

static int
refuse_none(struct yett_handshake_state *handshake)
{
	return refuse(handshake,
	    is_tls13(handshake) ? GNUTLS_A_CERTIFICATE_REQUIRED
				: GNUTLS_A_HANDSHAKE_FAILURE,
	    "the client sent no certificate");
}

static int
refuse_peer(struct yett_handshake_state *handshake,
    const struct yett_trust_result *result)
{
	switch (result->verification) {
	case YETT_VERIFIED: return 0;
	case YETT_VERIFY_REVOKED:
		return refuse(handshake, GNUTLS_A_CERTIFICATE_REVOKED,
		    "the client's certificate is revoked");
	case YETT_VERIFY_CRL_UNAVAILABLE:
		return refuse(handshake, GNUTLS_A_CERTIFICATE_REVOKED,
		    "no revocation list tells about the client's certificate");
	case YETT_VERIFY_EXPIRED:
		return refuse(handshake, GNUTLS_A_CERTIFICATE_EXPIRED,
		    "the client's certificate is outside its dates");
	case YETT_VERIFY_UNTRUSTED: break;
	}
	if (result->wrong_purpose)
		return refuse(handshake, GNUTLS_A_BAD_CERTIFICATE,
		    "the client's certificate is not for clients");
	return refuse(handshake, GNUTLS_A_UNKNOWN_CA,
	    "the client's certificate reaches no CA that is asked for");
}

/* In mode `request` everything passes: HTTP says what is wrong. */
static int
judge(struct yett_handshake_state *handshake)
{
	struct yett_trust_result result;

	if (handshake->facts->asked.need != YETT_NEED_REQUIRE)
		return 0;
	if (handshake->facts->peer == NULL)
		return refuse_none(handshake);
	result = best_result(handshake);
	return refuse_peer(handshake, &result);
}

/* GnuTLS calls it also when no certificate came, but not on resumption. */
static int
on_verify(gnutls_session_t tls)
{
	struct yett_handshake_state *handshake = gnutls_session_get_ptr(tls);

	if (handshake == NULL)
		return GNUTLS_E_CERTIFICATE_ERROR;
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return 0;
	if (handshake->sent && handshake->facts->peer == NULL &&
	    !keep_peer(handshake))
		return refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
		    "the client's certificate cannot be kept");
	return judge(handshake);
}

/* --- the ClientHello ---------------------------------------------------- */

static void
ask(struct yett_handshake_state *handshake, struct answer *answer)
{
	*answer = (struct answer){ .decision = {
				       .action = YETT_HANDSHAKE_ERROR } };
	handshake->ask(handshake->arg, &handshake->facts->hello,
	    &answer->decision, &answer->credentials);
}

/* True: go on. Else refused with the right alert. */
static bool
permits(struct yett_handshake_state *handshake, const struct answer *answer)
{
	bool named = handshake->facts->hello.sni.len > 0;
	bool tls13 = handshake->facts->hello.version >= 0x0304;

	switch (answer->decision.action) {
	case YETT_HANDSHAKE_GO:
		if (answer->credentials != NULL &&
		    answer->decision.site != NULL)
			return true;
		break;
	case YETT_HANDSHAKE_NO_SITE:
		if (named || !tls13)
			(void)refuse(handshake, GNUTLS_A_UNRECOGNIZED_NAME,
			    named ? "no site has the name the client wants"
				  : "the client names no site");
		else
			(void)refuse(handshake, GNUTLS_A_MISSING_EXTENSION,
			    "the client names no site");
		return false;
	case YETT_HANDSHAKE_REFUSE:
		(void)refuse(handshake, GNUTLS_A_ACCESS_DENIED,
		    "the policy refuses this client");
		return false;
	case YETT_HANDSHAKE_ERROR: break;
	}
	(void)refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
	    "the policy could not decide");
	return false;
}

/*
 * Let tickets of exactly this scope resume, and be made. Not up to TLS 1.2
 * where a certificate is asked for: GnuTLS would then send a ticket whatever
 * came of the asking, and that ticket would make its outcome stick.
 */
static int
enable_tickets(struct yett_handshake_state *handshake)
{
	const struct yett_session_facts *facts = handshake->facts;
	uint8_t key[YETT_TICKET_KEY_LEN];
	gnutls_datum_t datum = { key, sizeof(key) };
	struct yett_ticket_scope scope = {
		.sni = facts->hello.sni,
		.need = facts->asked.need,
		.trust_count = handshake->trust_count,
		.priority = YETT_LIT(YETT_TLS_PRIORITY),
	};
	const uint8_t **digest;
	enum yett_status status;
	int code;

	if (facts->hello.version < 0x0304 && scope.need != YETT_NEED_NONE)
		return 0;
	if (facts->hello.alpn_count > 0)
		scope.alpn = YETT_LIT(HTTP_1_1);
	digest = calloc(scope.trust_count + 1, sizeof(*digest));
	if (digest == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	for (uint32_t i = 0; i < scope.trust_count; i++)
		digest[i] = yett_trust_store_digest(
		    yett_credentials_trust(handshake->credentials,
			handshake->trust[i]));
	scope.trust = digest;
	status = yett_ticket_key(handshake->root, &scope, key);
	free(digest);
	if (status != YETT_OK)
		return GNUTLS_E_INTERNAL_ERROR;
	code = gnutls_session_ticket_enable_server(handshake->tls, &datum);
	gnutls_memset(key, 0, sizeof(key));
	return code;
}

static bool
offers_http(const struct yett_hello *hello)
{
	for (uint32_t i = 0; i < hello->alpn_count; i++)
		if (yett_slice_eq(hello->alpn[i], YETT_LIT(HTTP_1_1)))
			return true;
	return false;
}

static int
set_protocol(struct yett_handshake_state *handshake)
{
	gnutls_datum_t protocol = yett_datum(YETT_LIT(HTTP_1_1));

	if (handshake->facts->hello.alpn_count == 0)
		return 0;
	return gnutls_alpn_set_protocols(handshake->tls, &protocol, 1, 0);
}

/* Tell GnuTLS what was decided. */
static int
apply(struct yett_handshake_state *handshake, unsigned key_kinds,
    const struct yett_site *site)
{
	bool asks = handshake->facts->asked.need != YETT_NEED_NONE;
	struct yett_trust_set trusts = { handshake->trust,
		asks ? handshake->trust_count : 0 };
	int code;

	if (handshake->facts->hello.alpn_count > 0 &&
	    !offers_http(&handshake->facts->hello))
		return refuse(handshake, GNUTLS_A_NO_APPLICATION_PROTOCOL,
		    "the client does not offer http/1.1");
	handshake->choice.key = yett_credentials_key(handshake->credentials,
	    site, key_kinds);
	if (handshake->choice.key == NULL)
		return refuse(handshake, GNUTLS_A_HANDSHAKE_FAILURE,
		    "the client can check the signature of no key of the site");
	/* REQUEST even for `require`: the alerts are ours (on_verify). */
	gnutls_certificate_server_set_request(handshake->tls,
	    asks ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	gnutls_session_set_verify_function(handshake->tls, on_verify);
	code = gnutls_credentials_set(handshake->tls, GNUTLS_CRD_CERTIFICATE,
	    yett_credentials_asking(handshake->credentials, trusts));
	if (code >= 0)
		code = set_protocol(handshake);
	if (code >= 0)
		code = enable_tickets(handshake);
	if (code < 0)
		return refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
		    gnutls_strerror(code));
	return 0;
}

static int
on_first_hello(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message)
{
	struct answer answer;

	handshake->seen = true;
	memcpy(handshake->digest, message->digest, sizeof(message->digest));
	if (!keep_hello(handshake, message))
		return GNUTLS_E_MEMORY_ERROR;
	if (message->version < 0x0303)
		return refuse(handshake, GNUTLS_A_PROTOCOL_VERSION,
		    "the client offers no TLS 1.2 or newer");
	ask(handshake, &answer);
	if (!permits(handshake, &answer))
		return STOP;
	if (!keep_answer(handshake, &answer))
		return GNUTLS_E_MEMORY_ERROR;
	return apply(handshake, message->key_kinds, answer.decision.site);
}

static bool
is_same_answer(const struct yett_handshake_state *handshake,
    const struct answer *answer)
{
	const struct yett_asked *asked = &handshake->facts->asked;
	const struct yett_hello_decision *decision = &answer->decision;
	const struct yett_generation *gen;

	if (decision->action != YETT_HANDSHAKE_GO ||
	    answer->credentials == NULL || decision->site == NULL ||
	    decision->need != asked->need ||
	    decision->trusts.count != asked->trust_count ||
	    !yett_slice_eq(decision->site->name, handshake->facts->site_name))
		return false;
	gen = yett_credentials_generation(answer->credentials);
	for (uint32_t i = 0; i < asked->trust_count; i++)
		if (yett_generation_trust(gen, decision->trusts.index[i])->id !=
		    asked->trust_id[i])
			return false;
	return true;
}

/*
 * The answer to a HelloRetryRequest. By now GnuTLS has the ticket and the
 * credentials of the first hello, and cannot take others: another name here
 * would resume a ticket of an open site at a closed one.
 */
static int
on_second_hello(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message)
{
	struct answer answer;

	if (memcmp(handshake->digest, message->digest,
		sizeof(message->digest)) == 0) {
		ask(handshake, &answer);
		if (is_same_answer(handshake, &answer))
			return 0;
	}
	(void)refuse(handshake, GNUTLS_A_ILLEGAL_PARAMETER,
	    "the client's second hello is not like its first");
	return GNUTLS_E_ILLEGAL_PARAMETER;
}

static int
on_client_hello(struct yett_handshake_state *handshake,
    const gnutls_datum_t *message)
{
	gnutls_alert_description_t alert;
	struct yett_hello_message hello;

	if (!yett_hello_parse(&hello, message, &alert))
		return refuse(handshake, alert,
		    alert == GNUTLS_A_UNRECOGNIZED_NAME
			? "the name the client wants is no host name"
			: "the client's hello is malformed");
	return handshake->seen ? on_second_hello(handshake, &hello)
			       : on_first_hello(handshake, &hello);
}

/* --- messages ------------------------------------------------------------ */

/*
 * Whether the list is empty, from the message itself: of a ticket that was
 * refused GnuTLS may still hold the chain and call it the peer's (I-2).
 */
static void
on_certificate(struct yett_handshake_state *handshake,
    const gnutls_datum_t *message)
{
	const unsigned char *at = message->data;
	size_t left = message->size;

	if (is_tls13(handshake)) { /* certificate_request_context */
		size_t skip = left > 0 ? 1 + (size_t)at[0] : 0;

		if (skip > left)
			return;
		at += skip;
		left -= skip;
	}
	handshake->sent = left >= 3 && (at[0] != 0 || at[1] != 0 || at[2] != 0);
}

/* One hook for all messages: GnuTLS has only one. */
static int
on_message(gnutls_session_t tls, unsigned type, unsigned when,
    unsigned incoming, const gnutls_datum_t *message)
{
	struct yett_handshake_state *handshake = gnutls_session_get_ptr(tls);

	(void)when;
	if (!incoming || handshake == NULL)
		return 0;
	if (type == GNUTLS_HANDSHAKE_CLIENT_HELLO)
		return on_client_hello(handshake, message);
	if (type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT)
		on_certificate(handshake, message);
	return 0;
}

/* --- the whole ---------------------------------------------------------- */

enum yett_status
yett_handshake_attach(struct yett_handshake_state **out, gnutls_session_t tls,
    const struct yett_ticket_root *root, yett_session_ask asker, void *arg,
    struct yett_session_facts *facts)
{
	struct yett_handshake_state *handshake = calloc(1, sizeof(*handshake));

	if (handshake == NULL)
		return YETT_E_NOMEM;
	handshake->tls = tls;
	handshake->root = root;
	handshake->ask = asker;
	handshake->arg = arg;
	handshake->facts = facts;
	gnutls_session_set_ptr(tls, handshake);
	gnutls_handshake_set_hook_function(tls, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_PRE, on_message);
	*out = handshake;
	return YETT_OK;
}

void
yett_handshake_detach(struct yett_handshake_state **handshake)
{
	struct yett_handshake_state *taken = *handshake;

	*handshake = NULL;
	if (taken == NULL)
		return;
	gnutls_handshake_set_hook_function(taken->tls, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_PRE, NULL);
	gnutls_session_set_ptr(taken->tls, NULL);
	/* They go with the generation, the session stays. */
	gnutls_credentials_clear(taken->tls);
	yett_generation_unref(&taken->gen);
	free(taken->trust);
	free(taken);
}

void
yett_handshake_set_now(struct yett_handshake_state *handshake, uint64_t now)
{
	handshake->now = now;
}

/* A refusal must not stick: no ticket remembers it. */
static bool
deserves_ticket(const struct yett_handshake_state *handshake)
{
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return true;
	return handshake->facts->peer != NULL &&
	    best_result(handshake).verification == YETT_VERIFIED;
}

bool
yett_handshake_finish(struct yett_handshake_state *handshake)
{
	struct yett_session_facts *facts = handshake->facts;

	facts->resumed = gnutls_session_is_resumed(handshake->tls) != 0;
	if (facts->resumed && facts->asked.need != YETT_NEED_NONE) {
		if (!keep_peer(handshake))
			return refuse_none(handshake) == 0;
		if (judge(handshake) != 0)
			return false;
	}
	/* A client that cannot use one gets none, which is not our concern. */
	if (is_tls13(handshake) && deserves_ticket(handshake))
		(void)gnutls_session_ticket_send(handshake->tls, TICKETS, 0);
	return true;
}

const struct yett_fault *
yett_handshake_fault(const struct yett_handshake_state *handshake)
{
	return &handshake->fault;
}
