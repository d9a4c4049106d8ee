/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/gate.h"

#include <gnutls/gnutls.h>

static bool
refuse(struct yett_gate_refusal *out, gnutls_alert_description_t alert,
    const char *name, const char *why)
{
	*out = (struct yett_gate_refusal){ alert, name, why };
	return false;
}

bool
yett_gate_decision(const struct yett_hello *hello,
    const struct yett_hello_decision *decision, struct yett_gate_refusal *out)
{
	bool named = hello->sni.len > 0;

	switch (decision->action) {
	case YETT_HANDSHAKE_GO:
		if (decision->site != NULL)
			return true;
		break;
	case YETT_HANDSHAKE_NO_SITE:
		if (named)
			return refuse(out, GNUTLS_A_UNRECOGNIZED_NAME,
			    "unrecognized_name",
			    "no site has the name the client wants");
		if (hello->version < 0x0304)
			return refuse(out, GNUTLS_A_UNRECOGNIZED_NAME,
			    "unrecognized_name", "the client names no site");
		return refuse(out, GNUTLS_A_MISSING_EXTENSION,
		    "missing_extension", "the client names no site");
	case YETT_HANDSHAKE_REFUSE:
		return refuse(out, GNUTLS_A_ACCESS_DENIED, "access_denied",
		    "the policy refuses this client");
	case YETT_HANDSHAKE_ERROR: break;
	}
	return refuse(out, GNUTLS_A_INTERNAL_ERROR, "internal_error",
	    "the policy could not decide");
}

/* No site has the name any more: what it spoke is not known. */
static bool
speaks_http2(const struct yett_site *site)
{
	return site == NULL || site->http2;
}

struct yett_slice
yett_gate_alpn(const struct yett_hello *hello, const struct yett_site *site)
{
	static const struct yett_slice spoken[] = { { "h2", 2 },
		{ "http/1.1", 8 }, { "http/1.0", 8 } };

	for (size_t k = speaks_http2(site) ? 0 : 1;
	     k < sizeof(spoken) / sizeof(spoken[0]); k++)
		for (uint32_t i = 0; i < hello->alpn_count; i++)
			if (yett_slice_eq(hello->alpn[i], spoken[k]))
				return spoken[k];
	return YETT_SLICE_NONE;
}

bool
yett_gate_protocol(const struct yett_hello *hello, const struct yett_site *site,
    struct yett_gate_refusal *out)
{
	if (hello->alpn_count == 0 || yett_gate_alpn(hello, site).len > 0)
		return true;
	return refuse(out, GNUTLS_A_NO_APPLICATION_PROTOCOL,
	    "no_application_protocol",
	    speaks_http2(site)
		? "the client offers neither h2 nor http/1.1"
		: "the client offers neither http/1.1 nor http/1.0");
}

void
yett_gate_judge(struct yett_peer *peer,
    const struct yett_credentials *credentials,
    const struct yett_trust_set *trusts, uint64_t now,
    struct yett_trust_result *out)
{
	struct yett_trust_result best = { YETT_VERIFY_UNTRUSTED, 0 };

	for (uint32_t i = 0; i < trusts->count; i++) {
		struct yett_trust_result one;

		yett_peer_verify(peer, credentials, trusts->index[i], now,
		    &one);
		if (yett_verification_rank(one.verification) >
		    yett_verification_rank(best.verification))
			best = one;
	}
	*out = best;
}

/* How a handshake ends for a chain that did not verify. */
static const struct yett_gate_refusal refusals[YETT_VERIFICATIONS] = {
	[YETT_VERIFY_UNTRUSTED] = { GNUTLS_A_UNKNOWN_CA, "unknown_ca",
	    "the client's certificate reaches no CA that is asked for" },
	[YETT_VERIFY_EXPIRED] = { GNUTLS_A_CERTIFICATE_EXPIRED,
	    "certificate_expired",
	    "the client's certificate is outside its dates" },
	[YETT_VERIFY_REVOKED] = { GNUTLS_A_CERTIFICATE_REVOKED,
	    "certificate_revoked", "the client's certificate is revoked" },
	[YETT_VERIFY_CRL_UNAVAILABLE] = { GNUTLS_A_CERTIFICATE_REVOKED,
	    "certificate_revoked",
	    "no revocation list tells about the client's certificate" },
	[YETT_VERIFY_NAME_CONSTRAINTS] = { GNUTLS_A_BAD_CERTIFICATE,
	    "bad_certificate",
	    "the client's certificate has a name that its authority may not "
	    "vouch for" },
	[YETT_VERIFY_TOO_LARGE] = { GNUTLS_A_BAD_CERTIFICATE, "bad_certificate",
	    "the client's chain is too long, or too large" },
	[YETT_VERIFY_WRONG_PURPOSE] = { GNUTLS_A_BAD_CERTIFICATE,
	    "bad_certificate", "the client's certificate is not for clients" },
	[YETT_VERIFY_WEAK_ALGORITHM] = { GNUTLS_A_BAD_CERTIFICATE,
	    "bad_certificate",
	    "a signature or key in the client's chain is too weak" },
	[YETT_VERIFY_PATH_LENGTH] = { GNUTLS_A_BAD_CERTIFICATE,
	    "bad_certificate",
	    "the client's chain is longer than one of its authorities may "
	    "have it" },
	[YETT_VERIFY_TOO_DEEP] = { GNUTLS_A_UNKNOWN_CA, "unknown_ca",
	    "the client's chain is longer than the trust's depth" },
	[YETT_VERIFY_SPIFFE_DOMAIN] = { GNUTLS_A_BAD_CERTIFICATE,
	    "bad_certificate",
	    "the client's certificate is not of the trust's SPIFFE domain" },
};

bool
yett_gate_peer(struct yett_peer *peer,
    const struct yett_credentials *credentials,
    const struct yett_trust_set *trusts, uint64_t now, bool tls13,
    struct yett_gate_refusal *out)
{
	static const char none[] = "the client sent no certificate";
	struct yett_trust_result result;

	if (peer == NULL)
		return tls13 ? refuse(out, GNUTLS_A_CERTIFICATE_REQUIRED,
				   "certificate_required", none)
			     : refuse(out, GNUTLS_A_HANDSHAKE_FAILURE,
				   "handshake_failure", none);
	yett_gate_judge(peer, credentials, trusts, now, &result);
	if (result.verification == YETT_VERIFIED)
		return true;
	*out = refusals[(unsigned)result.verification < YETT_VERIFICATIONS
		? result.verification
		: YETT_VERIFY_UNTRUSTED];
	return false;
}
