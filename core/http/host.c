/* SPDX-License-Identifier: Apache-2.0 */
#include "http/host.h"

#include <arpa/inet.h>

#include "http/octet.h"

#define LABEL_MOST 63 /* RFC 1035, section 2.3.4 */
#define PORT_DIGITS 5

/*
 * Split ":port" off the end of `text`; a colon inside brackets is none.
 * A port has one spelling: no sign, no leading zero. An empty one is the
 * default port (RFC 3986, section 3.2.3), as if there were no colon.
 */
static bool
split_port(struct yett_slice *text, uint16_t *port,
    struct yett_refusal *refusal)
{
	const char *colon = memrchr(text->at, ':', text->len);
	const char *bracket = memrchr(text->at, ']', text->len);
	const char *end = text->at + text->len;
	uint32_t number = 0;

	*port = 0;
	if (colon == NULL ||
	    (text->at[0] == '[' && (bracket == NULL || colon < bracket)))
		return true;
	text->len = (size_t)(colon - text->at);
	if (end - colon == 1)
		return true;
	if (end - colon - 1 > PORT_DIGITS || colon[1] == '0')
		return yett_refuse(refusal, 400, "the port is not 1 to 65535");
	for (const char *at = colon + 1; at < end; at++) {
		if (*at < '0' || *at > '9')
			return yett_refuse(refusal, 400,
			    "the port is not a number");
		number = number * 10 + (uint32_t)(*at - '0');
	}
	if (number == 0 || number > UINT16_MAX)
		return yett_refuse(refusal, 400, "the port is not 1 to 65535");
	*port = (uint16_t)number;
	return true;
}

/* "[...]": kept in the one spelling that inet_ntop() has for the address. */
static bool
parse_ipv6(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal)
{
	char inside[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (text.len < 4 || text.len - 2 >= sizeof(inside) ||
	    text.at[text.len - 1] != ']' ||
	    memchr(text.at, '\0', text.len) != NULL)
		return yett_refuse(refusal, 400, "this is no IPv6 address");
	memcpy(inside, text.at + 1, text.len - 2);
	inside[text.len - 2] = '\0';
	if (inet_pton(AF_INET6, inside, &address) != 1)
		return yett_refuse(refusal, 400, "this is no IPv6 address");
	host->name[0] = '[';
	inet_ntop(AF_INET6, &address, host->name + 1, INET6_ADDRSTRLEN);
	host->len = (uint16_t)(strlen(host->name) + 1);
	host->name[host->len - 1] = ']';
	host->name[host->len] = '\0';
	host->is_address = true;
	return true;
}

/* Copy `text` in lower case, label by label; tell where the last one begins. */
static bool
copy_labels(struct yett_host *host, struct yett_slice text, size_t *last,
    struct yett_refusal *refusal)
{
	size_t label = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = yett_lower(text.at[i]);

		if (c == '.') {
			if (i == label)
				return yett_refuse(refusal, 400,
				    "the host name has an empty label");
			label = i + 1;
		} else if (c == '~' ||
		    !yett_octet_is(c, YETT_OCTET_UNRESERVED)) {
			return yett_refuse(refusal, 400,
			    "the host name has a byte that no name has");
		} else if (i - label >= LABEL_MOST) {
			return yett_refuse(refusal, 400,
			    "a label of the host name is longer than 63");
		}
		host->name[i] = c;
	}
	host->name[text.len] = '\0';
	host->len = (uint16_t)text.len;
	*last = label;
	return true;
}

/*
 * Would some reader take the name for an IPv4 address? Then its last label is
 * a number in decimal or hex ("127.1", "0x7f000001"), which no name may end in.
 */
static bool
ends_in_number(const char *label)
{
	if (label[0] == '0' && label[1] == 'x') {
		for (label += 2; yett_hex_digit(*label) >= 0; label++)
			;
		return *label == '\0';
	}
	for (; *label >= '0' && *label <= '9'; label++)
		;
	return *label == '\0';
}

static bool
parse_name(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal)
{
	struct in_addr address;
	size_t last;

	if (text.len > 0 && text.at[text.len - 1] == '.')
		text.len--;
	if (text.len == 0)
		return yett_refuse(refusal, 400, "the host name is empty");
	if (text.len > YETT_HOST_NAME_MOST)
		return yett_refuse(refusal, 400,
		    "the host name is longer than 253");
	if (text.at[text.len - 1] == '.')
		return yett_refuse(refusal, 400,
		    "the host name has an empty label");
	if (!copy_labels(host, text, &last, refusal))
		return false;
	host->is_address = ends_in_number(host->name + last);
	/* inet_pton() takes four decimal numbers without leading zeros. */
	if (host->is_address && inet_pton(AF_INET, host->name, &address) != 1)
		return yett_refuse(refusal, 400, "this is no IPv4 address");
	return true;
}

bool
yett_host_parse(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal)
{
	if (text.len == 0)
		return yett_refuse(refusal, 400, "the host name is empty");
	if (!split_port(&text, &host->port, refusal))
		return false;
	if (text.len > 0 && text.at[0] == '[')
		return parse_ipv6(host, text, refusal);
	return parse_name(host, text, refusal);
}

bool
yett_host_parse_sni(struct yett_host *host, struct yett_slice text,
    struct yett_refusal *refusal)
{
	host->port = 0;
	if (!parse_name(host, text, refusal))
		return false;
	if (host->is_address)
		return yett_refuse(refusal, 400,
		    "the server name is an address");
	return true;
}
