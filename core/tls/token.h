/* SPDX-License-Identifier: Apache-2.0 */
/*
 * token.h - keys and certificates on PKCS #11 tokens, by their URLs (RFC
 * 7512).
 *
 * GnuTLS finds them through p11-kit; this adds what an author needs besides:
 * PINs from the URL's pin-source, and clear errors. Any thread.
 */
#ifndef YETT_TLS_TOKEN_H
#define YETT_TLS_TOKEN_H

#include <gnutls/gnutls.h>

#include "base/slice.h"
#include "base/status.h"

/* Whether it names something on a token, and no file. NUL-terminated. */
bool yett_token_is_url(struct yett_slice from);

/* `from` as it may be shown: of a URL no query, in which a PIN may stand. */
struct yett_slice yett_token_shown(struct yett_slice from);

/*
 * What GnuTLS would pass over in silence, or find out too late.
 * YETT_E_POLICY: the URL names a module, or a PIN that is in no readable file
 */
YETT_MUST_USE
enum yett_status
yett_token_check(struct yett_slice url, struct yett_fault *fault);

/*
 * GnuTLS's PIN callback: reads the file that the URL's pin-source names, when
 * the token asks for it. Never on a second try: tokens lock themselves. `arg`
 * is that URL.
 */
int yett_token_pin(void *arg, int attempt, const char *token_url,
    const char *token_label, unsigned flags, char *pin, size_t pin_max);

/* Say why the object `what` of `url` could not be had: GnuTLS's `code` does not
 * tell a missing module from a missing token. */
enum yett_status yett_token_fail(struct yett_slice url, const char *what,
    int code, struct yett_fault *fault);

#endif
