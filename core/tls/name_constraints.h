/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_constraints.h - whether the certificates of a path stay within the names
 * that their authorities may vouch for (RFC 5280, section 4.2.1.10).
 *
 * GnuTLS looks at host names, mail and IP addresses only, and lets other forms
 * pass. These checks come after its own and only ever refuse. Any thread.
 */
#ifndef YETT_TLS_NAME_CONSTRAINTS_H
#define YETT_TLS_NAME_CONSTRAINTS_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Judge `path`, the leaf first and the anchor last. A name of a form that
 * cannot be compared is outside of what is permitted, and inside of what is
 * excluded.
 */
bool yett_name_constraints_hold(const gnutls_x509_crt_t *path, uint32_t count);

#endif
