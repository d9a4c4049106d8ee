/* SPDX-License-Identifier: Apache-2.0 */
#include "io/proxy_protocol.h"

#include <arpa/inet.h>

/* "PROXY TCP6 " and two addresses and two ports of the longest form. */
#define LINE_MOST 107

/* Version 2: signature, version and command, family, length. */
#define SIGNATURE_LEN 12
#define FIXED_LEN 16

enum command {
	COMMAND_LOCAL = 0x20, /* version 2 in the upper half */
	COMMAND_PROXY = 0x21,
};

/* Family and transport; datagrams are none of ours. */
enum family {
	FAMILY_UNSPEC = 0x00,
	FAMILY_TCP4 = 0x11,
	FAMILY_TCP6 = 0x21,
	FAMILY_UNIX = 0x31,
};

#define TLV_HEAD 3
#define TLV_CRC32C 0x03

static enum yett_proxy_result
bad(const char **why, const char *what)
{
	*why = what;
	return YETT_PROXY_BAD;
}

/* --- version 1 --- */

/* Take the part up to the next space off `line`. False: there is none. */
static bool
take_word(struct yett_slice *line, struct yett_slice *word)
{
	const char *space = memchr(line->at, ' ', line->len);

	if (space == NULL)
		return false;
	word->at = line->at;
	word->len = (size_t)(space - line->at);
	line->len -= word->len + 1;
	line->at = space + 1;
	return true;
}

/* Decimal, without leading zeros. */
static bool
read_port(struct yett_slice text, uint16_t *out)
{
	uint32_t port = 0;

	if (text.len == 0 || text.len > 5 ||
	    (text.at[0] == '0' && text.len > 1))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return false;
		port = port * 10 + (uint32_t)(text.at[i] - '0');
	}
	*out = (uint16_t)port;
	return port <= UINT16_MAX;
}

static bool
read_address(struct yett_slice host, struct yett_slice port_text,
    sa_family_t family, struct yett_address *out)
{
	uint16_t port;

	return read_port(port_text, &port) &&
	    yett_address_parse(out, host, port, NULL) == YETT_OK &&
	    out->storage.ss_family == family;
}

/* "TCP4 192.0.2.1 192.0.2.2 56324 443", or "UNKNOWN" and anything. */
static bool
read_line(struct yett_slice line, struct yett_proxy_head *out)
{
	struct yett_slice protocol, client, server, port;
	sa_family_t family = AF_INET;

	out->has_addresses = false;
	if (yett_slice_eq(line, YETT_LIT("UNKNOWN")))
		return true;
	if (!take_word(&line, &protocol))
		return false;
	if (yett_slice_eq(protocol, YETT_LIT("UNKNOWN")))
		return true;
	if (yett_slice_eq(protocol, YETT_LIT("TCP6")))
		family = AF_INET6;
	else if (!yett_slice_eq(protocol, YETT_LIT("TCP4")))
		return false;
	out->has_addresses = true;
	return take_word(&line, &client) && take_word(&line, &server) &&
	    take_word(&line, &port) &&
	    read_address(client, port, family, &out->client) &&
	    read_address(server, line, family, &out->server);
}

static enum yett_proxy_result
parse_line(struct yett_slice bytes, struct yett_proxy_head *out,
    const char **why)
{
	size_t most = bytes.len < LINE_MOST ? bytes.len : LINE_MOST;
	const char *end = memchr(bytes.at, '\n', most);
	struct yett_slice line = { bytes.at + 6, 0 };

	if (end == NULL)
		return bytes.len < LINE_MOST
		    ? YETT_PROXY_MORE
		    : bad(why, "the line of version 1 does not end");
	out->len = (size_t)(end - bytes.at) + 1;
	if (out->len < 8 || end[-1] != '\r')
		return bad(why, "the line of version 1 ends without CR");
	line.len = out->len - 8;
	if (!read_line(line, out))
		return bad(why, "the line of version 1 is malformed");
	return YETT_PROXY_DONE;
}

/* --- version 2 --- */

static uint16_t
number16(const char *at)
{
	const unsigned char *byte = (const void *)at;

	return (uint16_t)(byte[0] << 8 | byte[1]);
}

static uint32_t
number32(const char *at)
{
	return (uint32_t)number16(at) << 16 | number16(at + 2);
}

/* RFC 3309's polynomial, bits reversed, over four bits at a time. */
static uint32_t
crc32c_add(uint32_t crc, struct yett_slice bytes)
{
	static const uint32_t table[16] = { 0x00000000, 0x105ec76f, 0x20bd8ede,
		0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
		0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4,
		0xd3d3e1ab, 0xe330a81a, 0xf36e6f75 };

	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= (unsigned char)bytes.at[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return crc;
}

/* The checksum of the head with the four bytes of its own as zero. */
static bool
is_intact(struct yett_slice head, const char *checksum)
{
	size_t before = (size_t)(checksum - head.at);
	uint32_t crc = UINT32_MAX;

	crc = crc32c_add(crc, (struct yett_slice){ head.at, before });
	crc = crc32c_add(crc, (struct yett_slice){ "\0\0\0\0", 4 });
	crc = crc32c_add(crc,
	    (struct yett_slice){ checksum + 4, head.len - before - 4 });
	return (crc ^ UINT32_MAX) == number32(checksum);
}

/* What follows the addresses: type, length, value; one after another to the
 * end. */
static const char *
check_tlvs(struct yett_slice head, struct yett_slice tlvs)
{
	const char *checksum = NULL;

	while (tlvs.len > 0) {
		size_t len = TLV_HEAD;

		if (tlvs.len >= TLV_HEAD)
			len += number16(tlvs.at + 1);
		if (len > tlvs.len)
			return "an extension reaches beyond the head";
		if (tlvs.at[0] == TLV_CRC32C) {
			if (len != TLV_HEAD + 4 || checksum != NULL)
				return "the checksum is malformed";
			checksum = tlvs.at + TLV_HEAD;
		}
		tlvs.at += len;
		tlvs.len -= len;
	}
	if (checksum != NULL && !is_intact(head, checksum))
		return "the checksum is wrong";
	return NULL;
}

static struct yett_address
make_ipv4(const char *ip, uint16_t port)
{
	struct yett_address out = { .len = sizeof(struct sockaddr_in) };
	struct sockaddr_in *in = (void *)&out.storage;

	in->sin_family = AF_INET;
	memcpy(&in->sin_addr, ip, sizeof(in->sin_addr));
	in->sin_port = htons(port);
	return out;
}

static struct yett_address
make_ipv6(const char *ip, uint16_t port)
{
	struct yett_address out = { .len = sizeof(struct sockaddr_in6) };
	struct sockaddr_in6 *in = (void *)&out.storage;

	in->sin6_family = AF_INET6;
	memcpy(&in->sin6_addr, ip, sizeof(in->sin6_addr));
	in->sin6_port = htons(port);
	return out;
}

/* Bytes of the addresses; -1: a family that no stream has. */
static int
addresses_len(unsigned family)
{
	switch (family) {
	case FAMILY_UNSPEC: return 0;
	case FAMILY_TCP4: return 12;
	case FAMILY_TCP6: return 36;
	case FAMILY_UNIX: return 216;
	default: return -1;
	}
}

static void
read_addresses(const char *at, unsigned family, struct yett_proxy_head *out)
{
	out->has_addresses = family == FAMILY_TCP4 || family == FAMILY_TCP6;
	if (family == FAMILY_TCP4) {
		out->client = make_ipv4(at, number16(at + 8));
		out->server = make_ipv4(at + 4, number16(at + 10));
	} else if (family == FAMILY_TCP6) {
		out->client = make_ipv6(at, number16(at + 32));
		out->server = make_ipv6(at + 16, number16(at + 34));
	}
}

/* The head is whole. */
static enum yett_proxy_result
parse_whole(struct yett_slice head, struct yett_proxy_head *out,
    const char **why)
{
	unsigned command = (unsigned char)head.at[12];
	unsigned family = (unsigned char)head.at[13];
	int len = addresses_len(family);
	struct yett_slice rest = { head.at + FIXED_LEN, head.len - FIXED_LEN };
	const char *wrong;

	out->has_addresses = false;
	/* Of its own connections a balancer tells nothing that counts: the
	 * block is to be passed over, whatever it holds. */
	if (command == COMMAND_LOCAL)
		return YETT_PROXY_DONE;
	if (len < 0)
		return bad(why, "the family is unknown, or of datagrams");
	if ((size_t)len > rest.len)
		return bad(why, "the addresses reach beyond the head");
	read_addresses(rest.at, family, out);
	rest.at += len;
	rest.len -= (size_t)len;
	wrong = check_tlvs(head, rest);
	return wrong == NULL ? YETT_PROXY_DONE : bad(why, wrong);
}

static enum yett_proxy_result
parse_binary(struct yett_slice bytes, struct yett_proxy_head *out,
    const char **why)
{
	unsigned command;

	if (bytes.len < FIXED_LEN)
		return YETT_PROXY_MORE;
	command = (unsigned char)bytes.at[12];
	if (command != COMMAND_LOCAL && command != COMMAND_PROXY)
		return bad(why, "neither LOCAL nor PROXY of version 2");
	out->len = FIXED_LEN + (size_t)number16(bytes.at + 14);
	if (out->len > YETT_PROXY_HEAD_MOST)
		return bad(why, "the head is too long");
	if (bytes.len < out->len)
		return YETT_PROXY_MORE;
	return parse_whole((struct yett_slice){ bytes.at, out->len }, out, why);
}

/* --- either --- */

static bool
begins(struct yett_slice bytes, struct yett_slice with)
{
	size_t len = bytes.len < with.len ? bytes.len : with.len;

	return memcmp(bytes.at, with.at, len) == 0;
}

enum yett_proxy_result
yett_proxy_parse(struct yett_slice bytes, struct yett_proxy_head *out,
    const char **why)
{
	static const struct yett_slice line = { "PROXY ", 6 };
	static const struct yett_slice binary = { "\r\n\r\n\0\r\nQUIT\n",
		SIGNATURE_LEN };

	*out = (struct yett_proxy_head){ .len = 0 };
	if (bytes.len == 0)
		return YETT_PROXY_MORE;
	if (begins(bytes, line))
		return bytes.len < line.len ? YETT_PROXY_MORE
					    : parse_line(bytes, out, why);
	if (begins(bytes, binary))
		return parse_binary(bytes, out, why);
	return bad(why, "there is no PROXY protocol");
}
