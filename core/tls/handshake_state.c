/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/handshake_state.h"

#include <stdlib.h>

int
yett_handshake_refuse(struct yett_handshake_state *handshake,
    gnutls_alert_description_t alert, const char *why)
{
	/* That the alert cannot be sent changes nothing. */
	(void)gnutls_alert_send(handshake->tls, GNUTLS_AL_FATAL, alert);
	handshake->facts->alert = alert;
	handshake->facts->has_alert = true;
	(void)yett_fail(&handshake->fault, YETT_E_PROTOCOL, "%s", why);
	return YETT_HANDSHAKE_STOP;
}

bool
yett_handshake_is_tls13(const struct yett_handshake_state *handshake)
{
	return gnutls_protocol_get_version(handshake->tls) == GNUTLS_TLS1_3;
}

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

bool
yett_handshake_keep_hello(struct yett_handshake_state *handshake,
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

/* Afterwards the decision itself may go. */
bool
yett_handshake_keep_answer(struct yett_handshake_state *handshake,
    const struct yett_handshake_answer *answer)
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
