/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/certificate_text.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "tls/datum.h"

#define PEM_LINE 64 /* characters of base64, RFC 7468 */
#define SHA1_LEN 20

enum yett_status
yett_certificate_write_base64(struct yett_slice der, struct yett_buf *out)
{
	gnutls_datum_t bytes = yett_datum(der), text;
	enum yett_status status;

	if (gnutls_base64_encode2(&bytes, &text) < 0)
		return YETT_E_NOMEM;
	status = yett_buf_append(out, yett_datum_slice(&text));
	gnutls_free(text.data);
	return status;
}

/* Append base64 in lines; `out` has room for three bytes a character. */
static void
put_lines(struct yett_buf *out, struct yett_slice base64)
{
	char *at = yett_buf_tail(out), *start = at;

	for (size_t i = 0; i < base64.len; i++) {
		const char *escape = NULL;

		switch (base64.at[i]) {
		case '+': escape = "%2B"; break;
		case '/': escape = "%2F"; break;
		case '=': escape = "%3D"; break;
		default: *at++ = base64.at[i];
		}
		if (escape != NULL) {
			memcpy(at, escape, 3);
			at += 3;
		}
		if (i % PEM_LINE == PEM_LINE - 1 || i + 1 == base64.len) {
			memcpy(at, "%0A", 3);
			at += 3;
		}
	}
	yett_buf_added(out, (size_t)(at - start));
}

enum yett_status
yett_certificate_write_escaped_pem(struct yett_slice der, struct yett_buf *out)
{
	gnutls_datum_t bytes = yett_datum(der), text;
	enum yett_status status;

	if (gnutls_base64_encode2(&bytes, &text) < 0)
		return YETT_E_NOMEM;
	status = yett_buf_append(out,
	    YETT_LIT("-----BEGIN%20CERTIFICATE-----%0A"));
	if (status == YETT_OK)
		status = yett_buf_reserve(out,
		    3 * (text.size + text.size / PEM_LINE + 1));
	if (status == YETT_OK) {
		put_lines(out, yett_datum_slice(&text));
		status = yett_buf_append(out,
		    YETT_LIT("-----END%20CERTIFICATE-----%0A"));
	}
	gnutls_free(text.data);
	return status;
}

enum yett_status
yett_certificate_write_sha1(struct yett_slice der, struct yett_buf *out)
{
	unsigned char digest[SHA1_LEN];
	enum yett_status status = YETT_OK;

	if (gnutls_hash_fast(GNUTLS_DIG_SHA1, der.at, der.len, digest) < 0)
		return YETT_E_NOMEM;
	for (size_t i = 0; i < SHA1_LEN && status == YETT_OK; i++)
		status = yett_buf_printf(out, "%02x", digest[i]);
	return status;
}
