/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name.h - the canonical form of names, for layers that know no HTTP.
 *
 * The same form as everywhere (http/host.h, http/uri.h): one lookup, one
 * comparison.
 */
#ifndef YETT_POLICY_NAME_H
#define YETT_POLICY_NAME_H

#include "base/slice.h"
#include "base/status.h"

/*
 * Write the canonical form of `sni`, the name of a ClientHello, to `out` of
 * `size` bytes, NUL-terminated, and its length to *len. False: it is no host
 * name (an address, empty, too long, other letters), or does not fit.
 */
YETT_MUST_USE
bool yett_policy_server_name(struct yett_slice sni, char *out, size_t size,
    size_t *len);

/*
 * Write the normal form of `path`, as a policy declares it, to `out`, which
 * has room for path.len bytes, and its length to *len. NULL; or, as a static
 * text, why a request for that path would be refused.
 */
YETT_MUST_USE
const char *
yett_policy_normal_path(struct yett_slice path, char *out, size_t *len);

#endif
