/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/proof.h"

#include <stdlib.h>

#include "tls/datum.h"
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
	return yett_handshake_refuse(handshake,
	    yett_handshake_is_tls13(handshake) ? GNUTLS_A_CERTIFICATE_REQUIRED
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
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_CERTIFICATE_REVOKED,
		    "the client's certificate is revoked");
	case YETT_VERIFY_CRL_UNAVAILABLE:
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_CERTIFICATE_REVOKED,
		    "no revocation list tells about the client's certificate");
	case YETT_VERIFY_EXPIRED:
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_CERTIFICATE_EXPIRED,
		    "the client's certificate is outside its dates");
	case YETT_VERIFY_UNTRUSTED: break;
	}
	if (result->wrong_purpose)
		return yett_handshake_refuse(handshake,
		    GNUTLS_A_BAD_CERTIFICATE,
		    "the client's certificate is not for clients");
	return yett_handshake_refuse(handshake, GNUTLS_A_UNKNOWN_CA,
	    "the client's certificate reaches no CA that is asked for");
}

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

/*
 * Whether the list is empty, from the message itself: of a ticket that was
 * refused GnuTLS may still hold the chain and call it the peer's (I-2).
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
	return judge(handshake);
}

bool
yett_proof_resume(struct yett_handshake_state *handshake)
{
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return true;
	/* No ticket is made of such a scope without a chain. */
	if (!keep_peer(handshake))
		return refuse_none(handshake) == 0;
	return judge(handshake) == 0;
}

bool
yett_proof_is_good(const struct yett_handshake_state *handshake)
{
	if (handshake->facts->asked.need == YETT_NEED_NONE)
		return true;
	return handshake->facts->peer != NULL &&
	    best_result(handshake).verification == YETT_VERIFIED;
}
