/* SPDX-License-Identifier: Apache-2.0 */
/*
 * certificate_text.h - a certificate's bytes as text that fits into a header.
 *
 * `der` is the whole certificate. All append to `out`, one line of visible
 * ASCII each. YETT_E_NOMEM: a part may have been appended.
 */
#ifndef YETT_TLS_CERTIFICATE_TEXT_H
#define YETT_TLS_CERTIFICATE_TEXT_H

#include "base/buf.h"

/* Append it as base64 in one line (RFC 4648, section 4).
 * YETT_E_NOMEM: `out` may hold a part. */
YETT_MUST_USE
enum yett_status
yett_certificate_write_base64(struct yett_slice der, struct yett_buf *out);

/* PEM with all bytes percent-encoded that RFC 3986 does not call unreserved:
 * what nginx has in $ssl_client_escaped_cert, and Envoy in `Cert`. */
YETT_MUST_USE
enum yett_status
yett_certificate_write_escaped_pem(struct yett_slice der, struct yett_buf *out);

/* Its SHA-1 fingerprint as 40 lower-case hex digits: a name that upstreams
 * may know it by, never what a decision rests on. */
YETT_MUST_USE
enum yett_status
yett_certificate_write_sha1(struct yett_slice der, struct yett_buf *out);

#endif
