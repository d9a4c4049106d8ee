/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/proof.h"

#include <stdlib.h>

#include "tls/bounds.h"
#include "tls/certificate_message.h"
#include "tls/datum.h"
#include "tls/gate.h"
#include "tls/handshake_state.h"

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
	    &(struct yett_chain){ der, count }, handshake->facts->chains);
	free(der);
	return status == YETT_OK;
}

static struct yett_trust_set
asked_trusts(const struct yett_handshake_state *handshake)
{
	return (
	    struct yett_trust_set){ handshake->trust, handshake->trust_count };
}

/* How the chain fares; the peer remembers, so that asking again is cheap. */
static void
examine(struct yett_handshake_state *handshake)
{
	struct yett_trust_set trusts = asked_trusts(handshake);
	struct yett_session_facts *facts = handshake->facts;
	struct yett_trust_result result;

	if (facts->peer == NULL)
		return;
	yett_gate_judge(facts->peer, handshake->credentials, &trusts,
	    handshake->now, &result);
	facts->judged = true;
	facts->verification = result.verification;
}

static int
judge(struct yett_handshake_state *handshake, struct yett_peer *peer)
{
	struct yett_trust_set trusts = asked_trusts(handshake);
	struct yett_gate_refusal refusal;

	examine(handshake);
	if (handshake->facts->asked.need != YETT_NEED_REQUIRE ||
	    yett_gate_peer(peer, handshake->credentials, &trusts,
		handshake->now, yett_handshake_is_tls13(handshake), &refusal))
		return 0;
	return yett_handshake_refuse(handshake,
	    (gnutls_alert_description_t)refusal.alert, refusal.why);
}

/* The largest RSA key that a trust which was asked for lets in. */
static uint32_t
rsa_bits(const struct yett_handshake_state *handshake)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < handshake->trust_count; i++) {
		uint32_t bits = yett_trust_store_rsa_bits(
		    yett_credentials_trust(handshake->credentials,
			handshake->trust[i]));

		if (bits > most)
			most = bits;
	}
	return most;
}

static const char *
refusal(enum yett_bound bound)
{
	switch (bound) {
	case YETT_BOUND_KEPT: break;
	case YETT_BOUND_MALFORMED:
		return "the client's Certificate message is malformed";
	case YETT_BOUND_UNREADABLE:
		return "a certificate of the client cannot be read";
	case YETT_BOUND_RSA_MODULUS:
		return "a certificate of the client has too large an RSA key";
	case YETT_BOUND_RSA_EXPONENT:
		return "a certificate of the client has an RSA key with too "
		       "large an exponent";
	case YETT_BOUND_ALGORITHM:
		return "a certificate of the client has a key of a kind that "
		       "is not used";
	case YETT_BOUND_ELEMENTS:
		return "a certificate of the client has too many names or "
		       "other parts";
	case YETT_BOUND_CURVE:
		return "a certificate of the client has a key on a curve that "
		       "is not used";
	}
	return "a certificate of the client cannot be used";
}

/* Of a ticket that was refused GnuTLS may still hold the chain and call it the
 * peer's, so that whether one was sent is read from the message itself. */
int
yett_proof_note(struct yett_handshake_state *handshake,
    const gnutls_datum_t *message)
{
	struct yett_slice body = yett_datum_slice(message);
	bool tls13 = yett_handshake_is_tls13(handshake);
	struct yett_certificate_message list;
	enum yett_bound bound;

	yett_certificate_message_begin(&list, body, tls13);
	handshake->sent = list.rest.len > 0;
	bound = yett_bounds_look_message(body, tls13, rsa_bits(handshake));
	if (bound == YETT_BOUND_KEPT)
		return 0;
	handshake->facts->judged = true;
	handshake->facts->verification = yett_trust_judge_bound(bound);
	return yett_handshake_refuse(handshake,
	    bound == YETT_BOUND_MALFORMED ? GNUTLS_A_DECODE_ERROR
					  : GNUTLS_A_BAD_CERTIFICATE,
	    refusal(bound));
}

int
yett_proof_on_verify(gnutls_session_t tls)
{
	struct yett_handshake_state *handshake = gnutls_session_get_ptr(tls);

	if (handshake == NULL)
		return GNUTLS_E_CERTIFICATE_ERROR;
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return 0;
	if (handshake->sent && handshake->facts->peer == NULL &&
	    !keep_peer(handshake))
		return yett_handshake_refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
		    "the client's certificate cannot be kept");
	return judge(handshake, handshake->facts->peer);
}

bool
yett_proof_resume(struct yett_handshake_state *handshake)
{
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return true;
	/* No ticket is made of such a scope without a chain. */
	if (!keep_peer(handshake))
		return yett_handshake_refuse(handshake, GNUTLS_A_INTERNAL_ERROR,
			   "the chain of a ticket is gone") == 0;
	return judge(handshake, handshake->facts->peer) == 0;
}

bool
yett_proof_is_good(const struct yett_handshake_state *handshake)
{
	const struct yett_session_facts *facts = handshake->facts;

	return facts->asked.need == YETT_NEED_NONE ||
	    (facts->judged && facts->verification == YETT_VERIFIED);
}
