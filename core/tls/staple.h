/* SPDX-License-Identifier: Apache-2.0 */
/*
 * staple.h - the OCSP response (RFC 6960) for a certificate of the gateway,
 * from a file that another program renews.
 *
 * A response is used only if it is about that certificate, says that it is
 * good, is signed by its issuer or a delegate of the issuer, and is within its
 * dates. Shared: `lock` guards the response in force, for moments; a response
 * itself is Frozen and counted. Only one thread calls yett_staple_tend().
 */
#ifndef YETT_TLS_STAPLE_H
#define YETT_TLS_STAPLE_H

#include <gnutls/x509.h>

#include "base/slice.h"
#include "base/status.h"

struct yett_staple;        /* opaque */
struct yett_ocsp_response; /* opaque */

/*
 * Follow the file `path`, NUL-terminated and lent until the close, for the
 * first of `count` certificates; the second is its issuer's. They are lent for
 * the call. What is wrong with the file is no error: see
 * yett_staple_fault(). YETT_E_NOMEM, YETT_E_TLS.
 */
YETT_MUST_USE
enum yett_status yett_staple_open(struct yett_staple **out,
    struct yett_slice path, const gnutls_x509_crt_t *chain, unsigned count,
    int64_t now, struct yett_fault *fault);
void yett_staple_close(struct yett_staple *staple);

/* Why there was nothing to use when the file was read last; empty text: there
 * was. By the thread that opens, before others know of it. */
const struct yett_fault *yett_staple_fault(const struct yett_staple *staple);

/* Whether there is a file, and what it holds can never be verified, for the
 * issuer's certificate is unknown. */
bool yett_staple_lacks_issuer(const struct yett_staple *staple);

/* Read the file again if it changed; log what came of it, and when what is in
 * use runs out. Blocks for the file. */
void yett_staple_tend(struct yett_staple *staple, int64_t now);

/* A reference to what can be sent at `now` (seconds since 1970); NULL: nothing.
 */
struct yett_ocsp_response *
yett_staple_take(struct yett_staple *staple, int64_t now);
/* Its DER, lent. */
gnutls_datum_t
yett_ocsp_response_der(const struct yett_ocsp_response *response);
/* Release and forget. NULL inside is fine. */
void yett_ocsp_response_unref(struct yett_ocsp_response **response);

#endif
