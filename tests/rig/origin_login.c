/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin_login.c - an origin that logs in connections, as IIS does: NTLM with
 * three legs, Negotiate with one or two.
 *
 *     NTLM type1                  ->  401, NTLM challenge-CONNECTION
 *     NTLM type3-CONNECTION-USER  ->  200, "USER", and so is all that follows
 *     Negotiate one-USER          ->  200
 *     Negotiate two               ->  401, Negotiate more-CONNECTION
 *     Negotiate end-CONNECTION-USER   -> 200
 */
#include <stdio.h>
#include <string.h>

#include "rig/origin.h"

/* "BEGIN-CONNECTION-USER" of this connection, whose first leg came: the user.
 */
static bool
ends_login(struct peer *peer, const char *text, const char *begin)
{
	char mark[64];
	int len = snprintf(mark, sizeof(mark), "%s-%u-", begin, peer->ordinal);

	if (!peer->challenged || strncmp(text, mark, (size_t)len) != 0)
		return false;
	snprintf(peer->user, sizeof(peer->user), "%s", text + len);
	peer->challenged = false;
	return true;
}

/* To the first leg of a login with more: the challenge. */
static const char *
challenge_to(const char *credentials)
{
	if (strcmp(credentials, "NTLM type1") == 0)
		return "NTLM challenge";
	return strcmp(credentials, "Negotiate two") == 0 ? "Negotiate more"
							 : NULL;
}

void
rig_origin_login(struct peer *peer, const char *credentials, char *answer,
    size_t size)
{
	const char *challenge = challenge_to(credentials);

	if (challenge != NULL) {
		peer->challenged = true;
		peer->user[0] = '\0';
		snprintf(answer, size,
		    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: %s-%u\r\n"
		    "Content-Length: 0\r\n\r\n",
		    challenge, peer->ordinal);
		return;
	}
	if (strncmp(credentials, "Negotiate one-", 14) == 0)
		snprintf(peer->user, sizeof(peer->user), "%s",
		    credentials + 14);
	else if (!ends_login(peer, credentials, "NTLM type3"))
		(void)ends_login(peer, credentials, "Negotiate end");
	if (peer->user[0] != '\0')
		snprintf(answer, size,
		    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s",
		    strlen(peer->user), peer->user);
	else
		snprintf(answer, size,
		    "HTTP/1.1 401 Unauthorized\r\n"
		    "WWW-Authenticate: Basic realm=\"a, b\", Negotiate\r\n"
		    "WWW-Authenticate: ntlm\r\nContent-Length: 0\r\n\r\n");
}
