/* SPDX-License-Identifier: Apache-2.0 */
#include "http/login.h"

#include "http/octet.h"

static const char *const schemes[] = { "NTLM", "Negotiate", "Kerberos",
	"CredSSP", NULL };

static const char *
find_scheme(struct yett_slice word)
{
	for (const char *const *one = schemes; *one != NULL; one++)
		if (yett_slice_eq_nocase(word, yett_slice_of(*one)))
			return *one;
	return NULL;
}

/* Take the next token off the front of `rest`; empty at the end. */
static struct yett_slice
next_word(struct yett_slice *rest)
{
	const char *at = rest->at, *end = rest->at + rest->len, *from;

	while (at < end && !yett_octet_is(*at, YETT_OCTET_TOKEN))
		at++;
	from = at;
	while (at < end && yett_octet_is(*at, YETT_OCTET_TOKEN))
		at++;
	*rest = (struct yett_slice){ at, (size_t)(end - at) };
	return (struct yett_slice){ from, (size_t)(at - from) };
}

/* A challenge offers a list of schemes. */
static const char *
offered(struct yett_slice rest)
{
	const char *scheme = NULL;
	struct yett_slice word;

	while (scheme == NULL && (word = next_word(&rest)).len > 0)
		scheme = find_scheme(word);
	return scheme;
}

/* Credentials are of one scheme, and may be long. */
static const char *
used(struct yett_slice rest)
{
	return find_scheme(next_word(&rest));
}

const char *
yett_login_scheme(const struct yett_field *field, size_t count)
{
	const char *scheme = NULL;

	for (size_t i = 0; i < count && scheme == NULL; i++)
		switch (field[i].id) {
		case YETT_FIELD_AUTHORIZATION:
		case YETT_FIELD_PROXY_AUTHORIZATION:
			scheme = used(field[i].value);
			break;
		case YETT_FIELD_WWW_AUTHENTICATE:
		case YETT_FIELD_PROXY_AUTHENTICATE:
			scheme = offered(field[i].value);
			break;
		default: break;
		}
	return scheme;
}
