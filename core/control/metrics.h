/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics.h - the page of what a gateway counts, for Prometheus.
 *
 * The text exposition format, version 0.0.4, made anew for each request and
 * served by a libmicrohttpd daemon inside this process. Implements
 * yett_gateway_add_metrics() of yett_mhd.h, whose comment is the contract.
 */
#ifndef YETT_CONTROL_METRICS_H
#define YETT_CONTROL_METRICS_H

#include "base/buf.h"

/*
 * Append the page of `gateway`.
 * YETT_E_NOMEM: `out` may hold a part.
 */
YETT_MUST_USE
enum yett_status
yett_metrics_write(struct yett_gateway *gateway, struct yett_buf *out);

#endif
