/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server_name.h - whether a certificate is for the intended server.
 *
 * RFC 9525: host names are compared with DNS names of the subjectAltName,
 * addresses with its addresses; the subject does not count. Of this folder
 * only.
 */
#ifndef YETT_TLS_SERVER_NAME_H
#define YETT_TLS_SERVER_NAME_H

#include <gnutls/x509.h>

#include "base/slice.h"

/*
 * `name` is a host name in ASCII without a dot at the end, or a numeric
 * address without brackets. A star in the certificate stands for the whole
 * first label of a name with two more. Total: what cannot be read is no match.
 */
bool yett_server_name_matches(gnutls_x509_crt_t cert, struct yett_slice name);

#endif
