/* SPDX-License-Identifier: Apache-2.0 */
#include "io/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/un.h>

static void
set_ipv4(struct yett_address *out, struct in_addr ip, uint16_t port)
{
	struct sockaddr_in *in = (void *)&out->storage;

	*out = (struct yett_address){ .len = sizeof(*in) };
	in->sin_family = AF_INET;
	in->sin_addr = ip;
	in->sin_port = htons(port);
}

static void
set_ipv6(struct yett_address *out, const struct in6_addr *ip, uint16_t port)
{
	struct sockaddr_in6 *in = (void *)&out->storage;

	*out = (struct yett_address){ .len = sizeof(*in) };
	in->sin6_family = AF_INET6;
	in->sin6_addr = *ip;
	in->sin6_port = htons(port);
}

enum yett_status
yett_address_parse(struct yett_address *out, struct yett_slice text,
    uint16_t port, struct yett_fault *fault)
{
	char copy[INET6_ADDRSTRLEN];
	struct in6_addr ipv6;
	struct in_addr ipv4;

	if (text.len == 0 || text.len >= sizeof(copy) ||
	    memchr(text.at, '\0', text.len) != NULL)
		goto fail;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	if (inet_pton(AF_INET, copy, &ipv4) == 1) {
		set_ipv4(out, ipv4, port);
		return YETT_OK;
	}
	if (inet_pton(AF_INET6, copy, &ipv6) == 1) {
		set_ipv6(out, &ipv6, port);
		return YETT_OK;
	}
fail:
	return yett_fail(fault, YETT_E_ARGUMENT,
	    "\"%.*s\" is not a numeric IPv4 or IPv6 address", YETT_ARG(text));
}

enum yett_status
yett_address_of_path(struct yett_address *out, struct yett_slice path,
    struct yett_fault *fault)
{
	struct yett_address address = { .len = 0 };
	struct sockaddr_un *un = (void *)&address.storage;

	if (path.len == 0 || path.len >= sizeof(un->sun_path) ||
	    memchr(path.at, '\0', path.len) != NULL)
		return yett_fail(fault, YETT_E_LIMIT,
		    "a unix socket's path has 1 to %zu bytes, not %zu",
		    sizeof(un->sun_path) - 1, path.len);
	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, path.at, path.len);
	address.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
	    path.len + 1);
	*out = address;
	return YETT_OK;
}

enum yett_status
yett_address_resolve(struct yett_address *out, size_t most, size_t *count,
    struct yett_slice host, uint16_t port, struct yett_fault *fault)
{
	const struct addrinfo hints = {
		.ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_protocol = IPPROTO_TCP,
	};
	struct addrinfo *found;
	char name[NI_MAXHOST];
	size_t len = 0;
	int error;

	if (yett_address_parse(out, host, port, NULL) == YETT_OK) {
		*count = 1;
		return YETT_OK;
	}
	if (host.len >= sizeof(name))
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "a host name of %zu bytes is too long", host.len);
	memcpy(name, host.at, host.len);
	name[host.len] = '\0';
	error = getaddrinfo(name, NULL, &hints, &found);
	if (error != 0)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "host \"%s\" has no address: %s", name,
		    gai_strerror(error));
	for (struct addrinfo *at = found; at != NULL && len < most;
	     at = at->ai_next) {
		const struct sockaddr_in6 *in6 = (void *)at->ai_addr;
		const struct sockaddr_in *in = (void *)at->ai_addr;

		if (at->ai_family == AF_INET)
			set_ipv4(&out[len++], in->sin_addr, port);
		else if (at->ai_family == AF_INET6)
			set_ipv6(&out[len++], &in6->sin6_addr, port);
	}
	freeaddrinfo(found);
	if (len == 0)
		return yett_fail(fault, YETT_E_NOT_FOUND,
		    "host \"%s\" has no IPv4 or IPv6 address", name);
	*count = len;
	return YETT_OK;
}

const char *
yett_address_write(const struct yett_address *address,
    char out[YETT_ADDRESS_TEXT])
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	const struct sockaddr_in *in = (const void *)&address->storage;
	const struct sockaddr_un *un = (const void *)&address->storage;
	char ip[INET6_ADDRSTRLEN] = "";

	switch (address->storage.ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &in->sin_addr, ip, sizeof(ip));
		snprintf(out, YETT_ADDRESS_TEXT, "%s:%u", ip,
		    ntohs(in->sin_port));
		break;
	case AF_INET6:
		inet_ntop(AF_INET6, &in6->sin6_addr, ip, sizeof(ip));
		snprintf(out, YETT_ADDRESS_TEXT, "[%s]:%u", ip,
		    ntohs(in6->sin6_port));
		break;
	case AF_UNIX:
		/* An unnamed one, as of a socket pair, has no path. */
		snprintf(out, YETT_ADDRESS_TEXT, "unix%s%s",
		    un->sun_path[0] != '\0' ? ":" : "", un->sun_path);
		break;
	default: snprintf(out, YETT_ADDRESS_TEXT, "none"); break;
	}
	return out;
}

const char *
yett_address_host_write(const struct yett_address *address,
    char out[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	const struct sockaddr_in *in = (const void *)&address->storage;

	switch (address->storage.ss_family) {
	case AF_INET:
		inet_ntop(AF_INET, &in->sin_addr, out, INET6_ADDRSTRLEN);
		break;
	case AF_INET6:
		if (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr))
			inet_ntop(AF_INET, &in6->sin6_addr.s6_addr[12], out,
			    INET6_ADDRSTRLEN);
		else
			inet_ntop(AF_INET6, &in6->sin6_addr, out,
			    INET6_ADDRSTRLEN);
		break;
	case AF_UNIX: snprintf(out, INET6_ADDRSTRLEN, "unix"); break;
	default: snprintf(out, INET6_ADDRSTRLEN, "none"); break;
	}
	return out;
}

void
yett_address_mapped(const struct yett_address *address, uint8_t out[16])
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	const struct sockaddr_in *in = (const void *)&address->storage;

	memset(out, 0, 16);
	if (address->storage.ss_family == AF_INET6) {
		memcpy(out, &in6->sin6_addr, 16);
	} else if (address->storage.ss_family == AF_INET) {
		out[10] = out[11] = 0xff;
		memcpy(out + 12, &in->sin_addr, 4);
	}
}

uint16_t
yett_address_port(const struct yett_address *address)
{
	const struct sockaddr_in6 *in6 = (const void *)&address->storage;
	const struct sockaddr_in *in = (const void *)&address->storage;

	if (address->storage.ss_family == AF_INET)
		return ntohs(in->sin_port);
	if (address->storage.ss_family == AF_INET6)
		return ntohs(in6->sin6_port);
	return 0;
}

bool
yett_address_eq(const struct yett_address *a, const struct yett_address *b)
{
	return a->len == b->len &&
	    memcmp(&a->storage, &b->storage, a->len) == 0;
}
