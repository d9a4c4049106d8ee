/* SPDX-License-Identifier: Apache-2.0 */
/*
 * address.h - the address of a socket: IPv4 or IPv6 with a port, or a unix
 * path.
 *
 * Plain values that are copied. Only yett_address_resolve() may block.
 */
#ifndef YETT_IO_ADDRESS_H
#define YETT_IO_ADDRESS_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/slice.h"
#include "base/status.h"

/* All zero: no address (family AF_UNSPEC). */
struct yett_address {
	struct sockaddr_storage storage;
	socklen_t len;
};

/* Enough for any formatted address with its NUL. */
#define YETT_ADDRESS_TEXT 128

/*
 * From a numeric "1.2.3.4" or "::1" (no brackets, no zone) and a port.
 * YETT_E_ARGUMENT: it is neither.
 */
YETT_MUST_USE
enum yett_status yett_address_parse(struct yett_address *out,
    struct yett_slice text, uint16_t port, struct yett_fault *fault);

/*
 * The address of a unix socket.
 * YETT_E_LIMIT: the path is too long for the system, or empty.
 */
YETT_MUST_USE
enum yett_status yett_address_of_path(struct yett_address *out,
    struct yett_slice path, struct yett_fault *fault);

/*
 * The addresses of a host name for TCP, in the system's order of preference;
 * at most `most`, their number to `count`.
 * YETT_E_NOT_FOUND: the name has no address, or cannot be looked up now.
 *
 * Blocks for as long as the system's resolver does: never in a worker.
 */
YETT_MUST_USE
enum yett_status
yett_address_resolve(struct yett_address *out, size_t most, size_t *count,
    struct yett_slice host, uint16_t port, struct yett_fault *fault);

/* "1.2.3.4:80", "[::1]:80", "unix:/path", "unix" or "none"; returns `out`. */
const char *yett_address_write(const struct yett_address *address,
    char out[YETT_ADDRESS_TEXT]);

/* The host alone, "1.2.3.4" or "::1"; a mapped IPv4 address as IPv4; "unix" or
 * "none". Returns `out`. */
const char *yett_address_host_write(const struct yett_address *address,
    char out[INET6_ADDRSTRLEN]);

/* The sixteen bytes of an IPv6 address; IPv4 as ::ffff:a.b.c.d, anything else
 * as ::. */
void yett_address_mapped(const struct yett_address *address, uint8_t out[16]);

/* 0 when there is none. */
uint16_t yett_address_port(const struct yett_address *address);

/* Family, address and port. */
bool
yett_address_eq(const struct yett_address *a, const struct yett_address *b);

#endif
