/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/terms.h"

#include <stdio.h>

/* NULL is absent. */
static struct yett_slice
name_of(const char *text)
{
	return text == NULL ? YETT_SLICE_NONE : yett_slice_of(text);
}

/* "EC256", "RSA2048" ...; absent for what is not known. */
static struct yett_slice
key_name(const struct yett_server_key_terms *shown,
    char key[YETT_SESSION_KEY_TEXT])
{
	const char *name = gnutls_pk_get_name(
	    (gnutls_pk_algorithm_t)shown->algorithm);

	if (shown->algorithm == GNUTLS_PK_UNKNOWN || name == NULL)
		return YETT_SLICE_NONE;
	if (shown->algorithm == GNUTLS_PK_ECDSA)
		name = "EC";
	snprintf(key, YETT_SESSION_KEY_TEXT, "%s%u", name, shown->bits);
	return yett_slice_of(key);
}

static struct yett_slice
version_name(gnutls_session_t tls)
{
	switch (gnutls_protocol_get_version(tls)) {
	case GNUTLS_TLS1_2: return YETT_LIT("TLSv1.2");
	case GNUTLS_TLS1_3: return YETT_LIT("TLSv1.3");
	default: return YETT_SLICE_NONE;
	}
}

void
yett_terms_read(gnutls_session_t tls, const struct yett_server_key_terms *shown,
    char key[YETT_SESSION_KEY_TEXT], struct yett_session_terms *out)
{
	*out = (struct yett_session_terms){
		.version = version_name(tls),
		.cipher = name_of(gnutls_ciphersuite_get(tls)),
		.key = key_name(shown, key),
	};
	if (shown->signature != GNUTLS_SIGN_UNKNOWN)
		out->signature = name_of(gnutls_sign_get_name(
		    (gnutls_sign_algorithm_t)shown->signature));
}
