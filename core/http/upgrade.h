/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upgrade.h - the protocols of an Upgrade field (RFC 9110, section 7.8).
 */
#ifndef YETT_HTTP_UPGRADE_H
#define YETT_HTTP_UPGRADE_H

#include "http/head.h"

/* A token, or two with a slash between them: name and version. */
bool yett_upgrade_is_protocol(struct yett_slice text);

/* Could its bytes hide requests from who passes them on? Those of HTTP/2 (h2c)
 * do, and those of TLS hide anything. */
bool yett_upgrade_is_opaque(struct yett_slice protocol);

/* Does the answer 101 with this head switch to what `offer`, a comma list,
 * names, and to nothing else? */
bool
yett_upgrade_is_offered(const struct yett_head *head, struct yett_slice offer);

#endif
