/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/proof.h"

#include <stdlib.h>

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

/*
 * Whether the list is empty, from the message itself: of a ticket that was
 * refused GnuTLS may still hold the chain and call it the peer's.
 */
void
yett_proof_note(struct yett_handshake_state *handshake,
    const gnutls_datum_t *message)
{
	const unsigned char *at = message->data;
	size_t left = message->size;

	/* certificate_request_context (RFC 8446, section 4.4.2) */
	if (yett_handshake_is_tls13(handshake)) {
		size_t skip = left > 0 ? 1 + (size_t)at[0] : 0;

		if (skip > left)
			return;
		at += skip;
		left -= skip;
	}
	handshake->sent = left >= 3 && (at[0] != 0 || at[1] != 0 || at[2] != 0);
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
