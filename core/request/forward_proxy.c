/* SPDX-License-Identifier: Apache-2.0 */
#include "request/forward_proxy.h"

#include "io/proxy_protocol.h"

/* What is known of the certificate; the name of one that was not verified for
 * this rule is nobody's. */
static void
tell_certificate(const struct yett_session *session,
    const struct yett_decision *decision, struct yett_proxy_tls *out)
{
	struct yett_peer *peer = yett_session_peer(session);
	const struct yett_certificate *leaf;

	if (peer == NULL)
		return;
	out->has_certificate = true;
	out->sent_certificate = !yett_session_resumed(session);
	leaf = yett_peer_leaf(peer);
	if (decision->verified == NULL || leaf == NULL)
		return;
	out->is_verified = true;
	out->common_name = leaf->common_name;
}

enum yett_status
yett_forward_proxy(const struct yett_session *session,
    const struct yett_decision *decision, const struct yett_address *client,
    const struct yett_address *server, struct yett_buf *out)
{
	struct yett_session_terms terms;
	char key[YETT_SESSION_KEY_TEXT];
	struct yett_proxy_tls tls = { .is_verified = false };
	struct yett_proxy_facts facts = {
		.client = client,
		.server = server,
		.alpn = yett_session_alpn(session),
		.authority = yett_session_hello(session)->sni,
		.tls = &tls,
	};

	yett_session_terms(session, key, &terms);
	tls.version = terms.version;
	tls.cipher = terms.cipher;
	tls.signature = terms.signature;
	tls.key = terms.key;
	tell_certificate(session, decision, &tls);
	return yett_proxy_write(out, &facts);
}
