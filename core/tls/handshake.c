/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/handshake.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tls/datum.h"
#include "tls/gate.h"
#include "tls/handshake_state.h"
#include "tls/proof.h"

/* GnuTLS's own default number. */
#define TICKETS 2

/* --- the ClientHello ---------------------------------------------------- */

static void
ask(struct yett_handshake_state *handshake,
    struct yett_handshake_answer *answer)
{
	*answer = (struct yett_handshake_answer){
		.decision = { .action = YETT_HANDSHAKE_ERROR }
	};
	handshake->ask(handshake->arg, &handshake->facts->hello,
	    &answer->decision, &answer->credentials);
}

/* True: go on. Else refused with the right alert. */
static bool
permits(struct yett_handshake_state *handshake,
    struct yett_handshake_answer *answer)
{
	const struct yett_hello *hello = &handshake->facts->hello;
	struct yett_gate_refusal refusal;

	if (answer->credentials == NULL &&
	    answer->decision.action == YETT_HANDSHAKE_GO)
		answer->decision.action = YETT_HANDSHAKE_ERROR;
	if (yett_gate_decision(hello, &answer->decision, &refusal) &&
	    yett_gate_protocol(hello, answer->decision.site, &refusal)) {
		handshake->protocol = yett_gate_alpn(hello,
		    answer->decision.site);
		return true;
	}
	(void)yett_handshake_refuse(handshake,
	    (gnutls_alert_description_t)refusal.alert, refusal.why);
	return false;
}

/* Where tickets of this handshake are good; free(scope->trust). */
static bool
find_scope(const struct yett_handshake_state *handshake,
    struct yett_ticket_scope *scope)
{
	const struct yett_session_facts *facts = handshake->facts;
	const uint8_t **digest = calloc(handshake->trust_count + 1,
	    sizeof(*digest));

	if (digest == NULL)
		return false;
	for (uint32_t i = 0; i < handshake->trust_count; i++)
		digest[i] = yett_trust_store_digest(
		    yett_credentials_trust(handshake->credentials,
			handshake->trust[i]));
	*scope = (struct yett_ticket_scope){
		.sni = facts->hello.sni,
		.alpn = handshake->protocol,
		.need = facts->asked.need,
		.trust = digest,
		.trust_count = handshake->trust_count,
		.priority = yett_priority_text(handshake->priority),
	};
	return true;
}

/* The key for this scope of the root that sealed the client's ticket, or that
 * seals now; 0, or an error of GnuTLS. */
static int
find_ticket_key(struct yett_handshake_state *handshake,
    const struct yett_ticket_ring *ring,
    const struct yett_hello_message *message, uint8_t key[YETT_TICKET_KEY_LEN])
{
	struct yett_ticket_scope scope;
	enum yett_status status;
	uint32_t root = 0;

	if (!find_scope(handshake, &scope))
		return GNUTLS_E_MEMORY_ERROR;
	status = yett_ticket_ring_key(ring, &scope, message->ticket,
	    message->ticket_count, &root, key);
	free((void *)(uintptr_t)scope.trust);
	handshake->may_send_tickets = root == 0;
	return status == YETT_OK ? 0 : GNUTLS_E_INTERNAL_ERROR;
}

/*
 * Let tickets of exactly this scope resume, and be made. Not up to TLS 1.2
 * where a certificate is asked for: GnuTLS would then send a ticket whatever
 * came of the request, and that ticket would make its outcome stick.
 */
static int
enable_tickets(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message)
{
	const struct yett_ticket_ring *ring = yett_ticket_user_ring(
	    handshake->tickets);
	uint8_t key[YETT_TICKET_KEY_LEN];
	gnutls_datum_t datum = { key, sizeof(key) };
	int code;

	if (ring == NULL ||
	    (handshake->version < 0x0304 &&
		handshake->facts->asked.need != YETT_NEED_NONE))
		return 0;
	code = find_ticket_key(handshake, ring, message, key);
	if (code >= 0)
		code = gnutls_session_ticket_enable_server(handshake->tls,
		    &datum);
	gnutls_memset(key, 0, sizeof(key));
	return code;
}

static int
set_protocol(struct yett_handshake_state *handshake)
{
	gnutls_datum_t protocol = yett_datum(handshake->protocol);

	if (protocol.size == 0)
		return 0;
	return gnutls_alpn_set_protocols(handshake->tls, &protocol, 1, 0);
}

static const char *
why_no_key(const struct yett_priority *priority,
    const struct yett_hello_message *message)
{
	if (!message->has_schemes)
		return "the client names no signature that it can check, which "
		       "would mean SHA-1";
	if (!yett_priority_has_suite(priority, message))
		return "the client and the site have no cipher suite in common";
	return "the client can check the signature of no key of the site";
}

/* What the site speaks, and the key for this client. 0, or refused. */
static int
choose_key(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message, const struct yett_site *site)
{
	const struct yett_credentials *credentials = handshake->credentials;
	const struct yett_server_key *key;
	unsigned kinds;

	handshake->priority = yett_credentials_priority(credentials, site);
	handshake->version = yett_priority_version(handshake->priority,
	    message);
	if (handshake->version == 0)
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_PROTOCOL_VERSION,
		    "the client offers no version of TLS that the site speaks");
	kinds = yett_priority_key_kinds(handshake->priority, message);
	key = yett_credentials_key(credentials, site, kinds,
	    message->chain_schemes);
	if (key == NULL)
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_HANDSHAKE_FAILURE,
		    why_no_key(handshake->priority, message));
	yett_server_key_choose(&handshake->choice, key,
	    (int64_t)(handshake->now / YETT_NS_PER_S));
	return 0;
}

/* Tell GnuTLS what was decided. */
static int
apply(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message, const struct yett_site *site)
{
	bool asks = handshake->facts->asked.need != YETT_NEED_NONE;
	struct yett_trust_set trusts = { handshake->trust,
		asks ? handshake->trust_count : 0 };
	int code;

	/* REQUEST even for `require`: the alerts are ours (proof.c). */
	gnutls_certificate_server_set_request(handshake->tls,
	    asks ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
	gnutls_session_set_verify_function(handshake->tls,
	    yett_proof_on_verify);
	code = gnutls_credentials_set(handshake->tls, GNUTLS_CRD_CERTIFICATE,
	    yett_credentials_asking(handshake->credentials, trusts));
	if (code >= 0 && site->priority.at != NULL)
		code = gnutls_priority_set(handshake->tls,
		    yett_priority_set(handshake->priority));
	if (code >= 0)
		code = set_protocol(handshake);
	if (code >= 0)
		code = enable_tickets(handshake, message);
	if (code < 0)
		return yett_handshake_refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
		    gnutls_strerror(code));
	return 0;
}

static int
on_first_hello(struct yett_handshake_state *handshake,
    const struct yett_hello_message *message)
{
	struct yett_handshake_answer answer;
	int code;

	handshake->seen = true;
	memcpy(handshake->digest, message->digest, sizeof(message->digest));
	if (!yett_handshake_keep_hello(handshake, message))
		return GNUTLS_E_MEMORY_ERROR;
	if (message->version < 0x0303)
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_PROTOCOL_VERSION,
		    "the client offers no TLS 1.2 or newer");
	ask(handshake, &answer);
	if (!permits(handshake, &answer))
		return YETT_HANDSHAKE_STOP;
	if (!yett_handshake_keep_answer(handshake, &answer))
		return GNUTLS_E_MEMORY_ERROR;
	code = choose_key(handshake, message, answer.decision.site);
	return code == 0 ? apply(handshake, message, answer.decision.site)
			 : code;
}

static bool
is_same_answer(const struct yett_handshake_state *handshake,
    const struct yett_handshake_answer *answer)
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
	struct yett_handshake_answer answer;

	if (memcmp(handshake->digest, message->digest,
		sizeof(message->digest)) == 0) {
		ask(handshake, &answer);
		if (is_same_answer(handshake, &answer))
			return 0;
	}
	(void)yett_handshake_refuse(handshake, GNUTLS_A_ILLEGAL_PARAMETER,
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
		return yett_handshake_refuse(handshake, alert,
		    alert == GNUTLS_A_UNRECOGNIZED_NAME
			? "the name the client wants is no host name"
			: "the client's hello is malformed");
	return handshake->seen ? on_second_hello(handshake, &hello)
			       : on_first_hello(handshake, &hello);
}

/* --- messages ------------------------------------------------------------ */

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
	return type == GNUTLS_HANDSHAKE_CERTIFICATE_PKT
	    ? yett_proof_note(handshake, message)
	    : 0;
}

/* --- the whole ---------------------------------------------------------- */

enum yett_status
yett_handshake_attach(struct yett_handshake_state **out, gnutls_session_t tls,
    struct yett_ticket_user *tickets, yett_session_ask asker, void *arg,
    struct yett_session_facts *facts)
{
	struct yett_handshake_state *handshake = calloc(1, sizeof(*handshake));

	if (handshake == NULL)
		return YETT_E_NOMEM;
	handshake->tls = tls;
	handshake->tickets = tickets;
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
	if (taken->facts->peer != NULL)
		yett_peer_settle(taken->facts->peer);
	gnutls_handshake_set_hook_function(taken->tls, GNUTLS_HANDSHAKE_ANY,
	    GNUTLS_HOOK_PRE, NULL);
	gnutls_session_set_ptr(taken->tls, NULL);
	/* They go with the generation, the session stays. */
	gnutls_credentials_clear(taken->tls);
	yett_server_key_choice_clear(&taken->choice);
	yett_generation_unref(&taken->gen);
	free(taken->trust);
	free(taken);
}

void
yett_handshake_set_now(struct yett_handshake_state *handshake, uint64_t now)
{
	handshake->now = now;
}

bool
yett_handshake_finish(struct yett_handshake_state *handshake)
{
	struct yett_session_facts *facts = handshake->facts;

	facts->resumed = gnutls_session_is_resumed(handshake->tls) != 0;
	if (!facts->resumed && handshake->choice.key != NULL)
		facts->shown = yett_server_key_terms(handshake->choice.key);
	if (facts->resumed && !yett_proof_resume(handshake))
		return false;
	/* A client that cannot use one gets none, which is not our concern.
	 * Who came with a ticket of an older root makes its next handshake in
	 * full: GnuTLS would seal with that root again. */
	if (yett_handshake_is_tls13(handshake) && handshake->may_send_tickets &&
	    yett_proof_is_good(handshake))
		(void)gnutls_session_ticket_send(handshake->tls, TICKETS, 0);
	return true;
}

const struct yett_fault *
yett_handshake_fault(const struct yett_handshake_state *handshake)
{
	return &handshake->fault;
}
