/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h - one canonical host name from SNI, Host and absolute-form targets.
 *
 * Every look-up and every comparison of names uses this form only: lower case,
 * without one trailing dot and without the port.
 */
#ifndef YETT_HTTP_HOST_H
#define YETT_HTTP_HOST_H

#include <stdint.h>

#include "base/slice.h"
#include "http/refusal.h"

#define YETT_HOST_NAME_MOST 253 /* octets of a name, without trailing dot */

struct yett_host {
	char name[256]; /* canonical, NUL-terminated; "[...]" if IPv6 */
	uint16_t len;
	uint16_t port;   /* 0: none was given */
	bool is_address; /* an IP literal, which is no name of a site */
};

/* The name, or the address, without its port. Lent while `host` lives. */
static inline struct yett_slice
yett_host_name(const struct yett_host *host)
{
	return (struct yett_slice){ host->name, host->len };
}

/*
 * Read the value of a Host field or the authority of a target: a name of
 * letters, digits, `-` and `_` (A-labels, never U-labels), an IPv4 address or
 * an IPv6 address in brackets, and perhaps `:port`. False: refused with
 * 400, and `host` says nothing.
 */
YETT_MUST_USE
bool yett_host_parse(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal);

/*
 * Read the name of a ClientHello: as above, but neither a port nor an address
 * (RFC 6066, section 3).
 */
YETT_MUST_USE
bool yett_host_parse_sni(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal);

#endif
