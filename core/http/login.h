/* SPDX-License-Identifier: Apache-2.0 */
/*
 * login.h - whether a head takes part in a login that belongs to the
 * connection.
 *
 * NTLM, Negotiate and similar schemes (RFC 4559, section 6) authenticate the
 * connection, not the request that carries the credentials. All other schemes,
 * such as Basic or Bearer, authenticate one request.
 */
#ifndef YETT_HTTP_LOGIN_H
#define YETT_HTTP_LOGIN_H

#include "http/field.h"

/*
 * The scheme, in its usual spelling, that one of these fields of a request or
 * an answer names; NULL: none does. Its name anywhere in an answer's field
 * counts: quotes that two readers see differently hide none.
 */
const char *yett_login_scheme(const struct yett_field *field, size_t count);

#endif
