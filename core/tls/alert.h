/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alert.h - the names of alerts, numbered so that they can be counted.
 */
#ifndef YETT_TLS_ALERT_H
#define YETT_TLS_ALERT_H

/* One more than the largest index. */
#define YETT_ALERTS 28

/* From 1; of an alert without a name here: that of "unknown". `code` is of
 * RFC 8446, section 6. */
unsigned yett_alert_index(unsigned code);

/* "unknown_ca" ...: static; "" for 0 and what is no index. */
const char *yett_alert_name(unsigned index);

#endif
