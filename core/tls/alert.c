/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/alert.h"

#include <gnutls/gnutls.h>

/* RFC 8446, section 6; the first is none, the last any other. */
static const struct {
	gnutls_alert_description_t code;
	const char *name;
} alerts[YETT_ALERTS] = {
	[1] = { GNUTLS_A_CLOSE_NOTIFY, "close_notify" },
	{ GNUTLS_A_UNEXPECTED_MESSAGE, "unexpected_message" },
	{ GNUTLS_A_BAD_RECORD_MAC, "bad_record_mac" },
	{ GNUTLS_A_RECORD_OVERFLOW, "record_overflow" },
	{ GNUTLS_A_HANDSHAKE_FAILURE, "handshake_failure" },
	{ GNUTLS_A_BAD_CERTIFICATE, "bad_certificate" },
	{ GNUTLS_A_UNSUPPORTED_CERTIFICATE, "unsupported_certificate" },
	{ GNUTLS_A_CERTIFICATE_REVOKED, "certificate_revoked" },
	{ GNUTLS_A_CERTIFICATE_EXPIRED, "certificate_expired" },
	{ GNUTLS_A_CERTIFICATE_UNKNOWN, "certificate_unknown" },
	{ GNUTLS_A_ILLEGAL_PARAMETER, "illegal_parameter" },
	{ GNUTLS_A_UNKNOWN_CA, "unknown_ca" },
	{ GNUTLS_A_ACCESS_DENIED, "access_denied" },
	{ GNUTLS_A_DECODE_ERROR, "decode_error" },
	{ GNUTLS_A_DECRYPT_ERROR, "decrypt_error" },
	{ GNUTLS_A_PROTOCOL_VERSION, "protocol_version" },
	{ GNUTLS_A_INSUFFICIENT_SECURITY, "insufficient_security" },
	{ GNUTLS_A_INTERNAL_ERROR, "internal_error" },
	{ GNUTLS_A_INAPPROPRIATE_FALLBACK, "inappropriate_fallback" },
	{ GNUTLS_A_USER_CANCELED, "user_canceled" },
	{ GNUTLS_A_NO_RENEGOTIATION, "no_renegotiation" },
	{ GNUTLS_A_MISSING_EXTENSION, "missing_extension" },
	{ GNUTLS_A_UNSUPPORTED_EXTENSION, "unsupported_extension" },
	{ GNUTLS_A_UNRECOGNIZED_NAME, "unrecognized_name" },
	{ GNUTLS_A_CERTIFICATE_REQUIRED, "certificate_required" },
	{ GNUTLS_A_NO_APPLICATION_PROTOCOL, "no_application_protocol" },
	[YETT_ALERTS - 1] = { 0, "unknown" },
};

unsigned
yett_alert_index(unsigned code)
{
	unsigned index = 1;

	while (index < YETT_ALERTS - 1 && alerts[index].code != code)
		index++;
	return index;
}

const char *
yett_alert_name(unsigned index)
{
	return index == 0 || index >= YETT_ALERTS ? "" : alerts[index].name;
}
