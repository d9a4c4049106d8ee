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

struct yett_slice
yett_gate_alpn(const struct yett_hello *hello)
{
	static const struct yett_slice spoken[] = { { "http/1.1", 8 },
		{ "http/1.0", 8 } };

	for (size_t k = 0; k < sizeof(spoken) / sizeof(spoken[0]); k++)
		for (uint32_t i = 0; i < hello->alpn_count; i++)
			if (yett_slice_eq(hello->alpn[i], spoken[k]))
				return spoken[k];
	return YETT_SLICE_NONE;
}

bool
yett_gate_protocol(const struct yett_hello *hello,
    struct yett_gate_refusal *out)
{
	if (hello->alpn_count == 0 || yett_gate_alpn(hello).len > 0)
		return true;
	return refuse(out, GNUTLS_A_NO_APPLICATION_PROTOCOL,
	    "no_application_protocol",
	    "the client offers neither http/1.1 nor http/1.0");
}

/* The better of two results; the order is that of the answers in HTTP. */
static int
rank(enum yett_verification verification)
{
	switch (verification) {
	case YETT_VERIFIED: return 5;
	case YETT_VERIFY_REVOKED:
	case YETT_VERIFY_CRL_UNAVAILABLE: return 4;
	case YETT_VERIFY_EXPIRED: return 3;
	case YETT_VERIFY_NAME_CONSTRAINTS:
	case YETT_VERIFY_TOO_LARGE: return 2;
	case YETT_VERIFY_UNTRUSTED: return 1;
	}
	return 0;
}

void
yett_gate_judge(struct yett_peer *peer,
    const struct yett_credentials *credentials,
    const struct yett_trust_set *trusts, uint64_t now,
    struct yett_trust_result *out)
{
	struct yett_trust_result best = { YETT_VERIFY_UNTRUSTED, false, 0 };

	for (uint32_t i = 0; i < trusts->count; i++) {
		struct yett_trust_result one;

		yett_peer_verify(peer, credentials, trusts->index[i], now,
		    &one);
		if (rank(one.verification) > rank(best.verification) ||
		    (one.verification == best.verification &&
			one.wrong_purpose))
			best = one;
	}
	*out = best;
}

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
	switch (result.verification) {
	case YETT_VERIFIED: return true;
	case YETT_VERIFY_REVOKED:
		return refuse(out, GNUTLS_A_CERTIFICATE_REVOKED,
		    "certificate_revoked",
		    "the client's certificate is revoked");
	case YETT_VERIFY_CRL_UNAVAILABLE:
		return refuse(out, GNUTLS_A_CERTIFICATE_REVOKED,
		    "certificate_revoked",
		    "no revocation list tells about the client's certificate");
	case YETT_VERIFY_EXPIRED:
		return refuse(out, GNUTLS_A_CERTIFICATE_EXPIRED,
		    "certificate_expired",
		    "the client's certificate is outside its dates");
	case YETT_VERIFY_TOO_LARGE:
		return refuse(out, GNUTLS_A_BAD_CERTIFICATE, "bad_certificate",
		    "the client's chain is too long, or too large");
	case YETT_VERIFY_NAME_CONSTRAINTS:
		return refuse(out, GNUTLS_A_BAD_CERTIFICATE, "bad_certificate",
		    "the client's certificate has a name that its authority "
		    "may not vouch for");
	case YETT_VERIFY_UNTRUSTED: break;
	}
	if (result.wrong_purpose)
		return refuse(out, GNUTLS_A_BAD_CERTIFICATE, "bad_certificate",
		    "the client's certificate is not for clients");
	return refuse(out, GNUTLS_A_UNKNOWN_CA, "unknown_ca",
	    "the client's certificate reaches no CA that is asked for");
}
