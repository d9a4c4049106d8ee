/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/library.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

enum yett_status
yett_tls_library_init(struct yett_fault *fault)
{
	int code;

	if (gnutls_check_version(GNUTLS_VERSION) == NULL)
		return yett_fail(fault, YETT_E_TLS,
		    "GnuTLS %s runs, but %s was built against",
		    gnutls_check_version(NULL), GNUTLS_VERSION);
	code = gnutls_global_init();
	if (code < 0)
		return yett_fail(fault, YETT_E_TLS, "GnuTLS does not start: %s",
		    gnutls_strerror(code));
	return YETT_OK;
}

const char *
yett_tls_library_version(void)
{
	return gnutls_check_version(NULL);
}

/* Compare "MAJOR.MINOR.PATCH" without a locale. */
static bool
is_older(const char *version, const unsigned than[3])
{
	for (int i = 0; i < 3; i++) {
		unsigned number = 0;

		for (; *version >= '0' && *version <= '9'; version++)
			number = number * 10 + (unsigned)(*version - '0');
		if (number != than[i])
			return number < than[i];
		if (*version == '.')
			version++;
	}
	return false;
}

const char *
yett_tls_library_weakness(const char *version)
{
	static const struct {
		unsigned from[3], before[3];
		const char *what;
	} holes[] = {
		{ { 0, 0, 0 }, { 3, 7, 9 }, "RSA timing (CVE-2023-0361)" },
		/* 3.7.9 is what Debian 12 maintains and repairs. */
		{ { 3, 8, 0 }, { 3, 8, 4 },
		    "certificate chains can stop it (CVE-2024-28835)" },
	};

	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++)
		if (!is_older(version, holes[i].from) &&
		    is_older(version, holes[i].before))
			return holes[i].what;
	return NULL;
}

enum yett_status
yett_sha256(struct yett_slice bytes, uint8_t out[YETT_SHA256_LEN])
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.at, bytes.len, out) < 0
	    ? YETT_E_TLS
	    : YETT_OK;
}

enum yett_status
yett_random(void *at, size_t len, struct yett_fault *fault)
{
	int code = gnutls_rnd(GNUTLS_RND_KEY, at, len);

	return code < 0 ? yett_fail(fault, YETT_E_TLS, "no random bytes: %s",
			      gnutls_strerror(code))
			: YETT_OK;
}
