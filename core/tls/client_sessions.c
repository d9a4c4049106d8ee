/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/client_sessions.h"

#include <string.h>

/* A scope is a digest: any of its bytes spread evenly. */
static size_t
slot_of(const uint8_t scope[YETT_SHA256_LEN])
{
	return (scope[0] | (size_t)scope[1] << 8) % YETT_CLIENT_SESSIONS;
}

/* Session data holds the secret that resumes it. */
static void
empty(struct yett_client_session *session)
{
	if (session->data.data == NULL)
		return;
	gnutls_memset(session->data.data, 0, session->data.size);
	gnutls_free(session->data.data);
	*session = (struct yett_client_session){ .valid_until = 0 };
}

void
yett_client_sessions_clear(struct yett_client_sessions *sessions)
{
	for (size_t i = 0; i < YETT_CLIENT_SESSIONS; i++)
		empty(&sessions->slot[i]);
}

const struct yett_client_session *
yett_client_sessions_find(const struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN], int64_t now)
{
	const struct yett_client_session *session =
	    &sessions->slot[slot_of(scope)];

	if (session->data.data == NULL || now >= session->valid_until ||
	    memcmp(session->scope, scope, YETT_SHA256_LEN) != 0)
		return NULL;
	return session;
}

void
yett_client_sessions_put(struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN], gnutls_datum_t *data,
    int64_t valid_until)
{
	struct yett_client_session *session = &sessions->slot[slot_of(scope)];

	empty(session);
	memcpy(session->scope, scope, YETT_SHA256_LEN);
	session->data = *data;
	session->valid_until = valid_until;
	*data = (gnutls_datum_t){ NULL, 0 };
}

void
yett_client_sessions_drop(struct yett_client_sessions *sessions,
    const uint8_t scope[YETT_SHA256_LEN])
{
	struct yett_client_session *session = &sessions->slot[slot_of(scope)];

	if (memcmp(session->scope, scope, YETT_SHA256_LEN) == 0)
		empty(session);
}
