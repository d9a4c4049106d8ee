/* SPDX-License-Identifier: Apache-2.0 */
#include "io/proxy_protocol.h"

/* More of a text is not sent. */
#define TEXT_MOST 1024

/* The PROXY protocol 2, sections 2.2 and 2.2.1 to 2.2.6. */
enum tlv {
	TLV_ALPN = 0x01,
	TLV_AUTHORITY = 0x02,
	TLV_SSL = 0x20,
	TLV_SSL_VERSION = 0x21,
	TLV_SSL_CN = 0x22,
	TLV_SSL_CIPHER = 0x23,
	TLV_SSL_SIG_ALG = 0x24,
	TLV_SSL_KEY_ALG = 0x25,
};
enum client {
	CLIENT_SSL = 0x01,
	CLIENT_CERT_CONN = 0x02,
	CLIENT_CERT_SESS = 0x04,
};

/* Appends that stop after the first failure. */
struct writer {
	struct yett_buf *out;
	enum yett_status status;
};

static void
put(struct writer *writer, const void *bytes, size_t len)
{
	struct yett_slice slice = { bytes, len };

	if (writer->status == YETT_OK)
		writer->status = yett_buf_append(writer->out, slice);
}

static void
put_byte(struct writer *writer, unsigned byte)
{
	const unsigned char one = (unsigned char)byte;

	put(writer, &one, 1);
}

static void
put_number16(struct writer *writer, size_t number)
{
	put_byte(writer, (unsigned)(number >> 8 & 0xff));
	put_byte(writer, (unsigned)(number & 0xff));
}

/* Leave room for a length; returns where it is, for end_length(). */
static size_t
begin_length(struct writer *writer)
{
	put_number16(writer, 0);
	return yett_buf_len(writer->out);
}

/* All that follows `start` is what the length is of; the texts' bound keeps it
 * within 16 bits. */
static void
end_length(struct writer *writer, size_t start)
{
	size_t len = yett_buf_len(writer->out) - start;
	char *at;

	if (writer->status != YETT_OK)
		return;
	at = writer->out->memory + writer->out->start + start - 2;
	at[0] = (char)(len >> 8 & 0xff);
	at[1] = (char)(len & 0xff);
}

static void
put_text(struct writer *writer, enum tlv type, struct yett_slice text)
{
	if (text.len == 0 || text.len > TEXT_MOST)
		return;
	put_byte(writer, type);
	put_number16(writer, text.len);
	put(writer, text.at, text.len);
}

static bool
is_ip(const struct yett_address *address)
{
	return address->storage.ss_family == AF_INET ||
	    address->storage.ss_family == AF_INET6;
}

static void
put_ip(struct writer *writer, const struct yett_address *address, bool ipv4)
{
	uint8_t byte[16];

	yett_address_mapped(address, byte);
	if (ipv4)
		put(writer, byte + 12, 4);
	else
		put(writer, byte, 16);
}

/* The family, room for the length, the addresses. */
static size_t
begin_block(struct writer *writer, const struct yett_address *client,
    const struct yett_address *server)
{
	bool ipv4 = client->storage.ss_family == AF_INET &&
	    server->storage.ss_family == AF_INET;
	bool known = is_ip(client) && is_ip(server);
	size_t start;

	put_byte(writer, !known ? 0x00 : ipv4 ? 0x11 : 0x21);
	start = begin_length(writer);
	if (!known)
		return start;
	put_ip(writer, client, ipv4);
	put_ip(writer, server, ipv4);
	put_number16(writer, yett_address_port(client));
	put_number16(writer, yett_address_port(server));
	return start;
}

static void
put_tls(struct writer *writer, const struct yett_proxy_tls *tls)
{
	unsigned client = CLIENT_SSL;
	size_t start;

	if (tls->sent_certificate)
		client |= CLIENT_CERT_CONN;
	if (tls->has_certificate)
		client |= CLIENT_CERT_SESS;
	put_byte(writer, TLV_SSL);
	start = begin_length(writer);
	put_byte(writer, client);
	/* 32 bits, of which only zero has a meaning. */
	put_number16(writer, 0);
	put_number16(writer, tls->is_verified ? 0 : 1);
	put_text(writer, TLV_SSL_VERSION, tls->version);
	if (tls->is_verified)
		put_text(writer, TLV_SSL_CN, tls->common_name);
	put_text(writer, TLV_SSL_CIPHER, tls->cipher);
	put_text(writer, TLV_SSL_SIG_ALG, tls->signature);
	put_text(writer, TLV_SSL_KEY_ALG, tls->key);
	end_length(writer, start);
}

enum yett_status
yett_proxy_write(struct yett_buf *out, const struct yett_proxy_facts *facts)
{
	struct writer writer = { out, YETT_OK };
	size_t start;

	put(&writer, "\r\n\r\n\0\r\nQUIT\n", 12);
	put_byte(&writer, 0x21); /* version 2, PROXY */
	start = begin_block(&writer, facts->client, facts->server);
	put_text(&writer, TLV_ALPN, facts->alpn);
	put_text(&writer, TLV_AUTHORITY, facts->authority);
	if (facts->tls != NULL)
		put_tls(&writer, facts->tls);
	end_length(&writer, start);
	return writer.status;
}
