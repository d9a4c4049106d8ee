/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/hello.h"

#include <gnutls/crypto.h>

#include "io/address.h"
#include "policy/name.h"
#include "tls/datum.h"
#include "tls/signature.h"

/* IANA's numbers of the extensions that are read. */
enum extension {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_SUPPORTED_GROUPS = 10,
	EXTENSION_SIGNATURE_ALGORITHMS = 13,
	EXTENSION_ALPN = 16,
	EXTENSION_SESSION_TICKET = 35,
	EXTENSION_PRE_SHARED_KEY = 41,
	EXTENSION_SUPPORTED_VERSIONS = 43,
	EXTENSION_POST_HANDSHAKE_AUTH = 49,
	EXTENSION_SIGNATURE_ALGORITHMS_CERT = 50,
};

/* Bytes that were not read yet. Reading too much yields nothing for ever. */
struct cursor {
	const unsigned char *at;
	size_t left;
	bool failed;
};

/* One bit for each extension that is read. */
enum seen {
	SEEN_NAME = 1 << 0,
	SEEN_ALPN = 1 << 1,
	SEEN_VERSIONS = 1 << 2,
	SEEN_SIGNATURES = 1 << 3,
	SEEN_POST_HANDSHAKE_AUTH = 1 << 4,
	SEEN_GROUPS = 1 << 5,
	SEEN_CHAIN_SIGNATURES = 1 << 6,
	SEEN_TICKET = 1 << 7,
	SEEN_PRE_SHARED_KEY = 1 << 8,
};

/* What the extensions' callback fills in. */
struct found {
	struct cursor name, alpn, versions, groups, signatures,
	    chain_signatures, ticket, pre_shared_key;
	unsigned seen; /* of enum seen */
	bool repeated;
};

static struct cursor
cut(struct cursor *cursor, size_t len)
{
	struct cursor part = { cursor->at, len, false };

	if (cursor->failed || len > cursor->left) {
		cursor->failed = true;
		return (struct cursor){ NULL, 0, true };
	}
	cursor->at += len;
	cursor->left -= len;
	return part;
}

/* A big-endian number of `len` bytes; 0 when they are not there. */
static unsigned
number(struct cursor *cursor, size_t len)
{
	struct cursor part = cut(cursor, len);
	unsigned value = 0;

	for (size_t i = 0; i < len && !part.failed; i++)
		value = value << 8 | part.at[i];
	return value;
}

/* A vector: its length in `len` bytes, then as many bytes. */
static struct cursor
vector(struct cursor *cursor, size_t len)
{
	return cut(cursor, number(cursor, len));
}

static int
on_extension(void *arg, unsigned id, const unsigned char *data, unsigned size)
{
	struct found *found = arg;
	struct cursor body = { data, size, false };
	unsigned bit;

	switch ((enum extension)id) {
	case EXTENSION_SERVER_NAME:
		bit = SEEN_NAME;
		found->name = body;
		break;
	case EXTENSION_ALPN:
		bit = SEEN_ALPN;
		found->alpn = body;
		break;
	case EXTENSION_SUPPORTED_VERSIONS:
		bit = SEEN_VERSIONS;
		found->versions = body;
		break;
	case EXTENSION_SIGNATURE_ALGORITHMS:
		bit = SEEN_SIGNATURES;
		found->signatures = body;
		break;
	case EXTENSION_SIGNATURE_ALGORITHMS_CERT:
		bit = SEEN_CHAIN_SIGNATURES;
		found->chain_signatures = body;
		break;
	case EXTENSION_SUPPORTED_GROUPS:
		bit = SEEN_GROUPS;
		found->groups = body;
		break;
	case EXTENSION_SESSION_TICKET:
		bit = SEEN_TICKET;
		found->ticket = body;
		break;
	case EXTENSION_PRE_SHARED_KEY:
		bit = SEEN_PRE_SHARED_KEY;
		found->pre_shared_key = body;
		break;
	case EXTENSION_POST_HANDSHAKE_AUTH:
		bit = SEEN_POST_HANDSHAKE_AUTH;
		break;
	default: return 0;
	}
	/* RFC 8446, section 4.2: not more than one of the same type. */
	found->repeated |= (found->seen & bit) != 0;
	found->seen |= bit;
	return 0;
}

/* RFC 6066, section 3: exactly one entry, and it is a host name. Some clients
 * send an address, which names nobody. */
static bool
parse_name(struct yett_hello_message *out, struct cursor body,
    gnutls_alert_description_t *alert)
{
	struct cursor list = vector(&body, 2);
	unsigned type = number(&list, 1);
	struct cursor name = vector(&list, 2);
	struct yett_address address;
	struct yett_slice text;

	*alert = GNUTLS_A_DECODE_ERROR;
	if (name.failed || name.left == 0 || type != 0 || list.left != 0 ||
	    body.left != 0)
		return false;
	*alert = GNUTLS_A_UNRECOGNIZED_NAME;
	text = (struct yett_slice){ (const char *)name.at, name.left };
	return yett_address_parse(&address, text, 0, NULL) == YETT_OK ||
	    yett_policy_server_name(text, out->sni, sizeof(out->sni),
		&out->sni_len);
}

/* RFC 7301, section 3.1. */
static bool
parse_alpn(struct yett_hello_message *out, struct cursor body,
    gnutls_alert_description_t *alert)
{
	struct cursor list = vector(&body, 2);

	*alert = GNUTLS_A_DECODE_ERROR;
	if (list.failed || list.left == 0 || body.left != 0)
		return false;
	out->has_alpn = true;
	while (list.left > 0) {
		struct cursor protocol = vector(&list, 1);

		if (protocol.failed || protocol.left == 0 ||
		    out->alpn_count == YETT_HELLO_ALPN_MOST)
			return false;
		out->alpn[out->alpn_count++] = (struct yett_slice){
			(const char *)protocol.at, protocol.left
		};
	}
	return true;
}

/* Those that we know; others, among them GREASE, are passed over. */
static void
read_versions(struct yett_hello_message *out, struct cursor body)
{
	struct cursor list = vector(&body, 1);

	while (list.left > 0 && !list.failed) {
		unsigned version = number(&list, 2);

		out->offers_tls12 |= version == 0x0303;
		out->offers_tls13 |= version == 0x0304;
	}
}

/* RFC 8446, section 4.2.1: without the extension up to TLS 1.2. */
static void
find_versions(struct yett_hello_message *out, const struct found *found,
    unsigned legacy_version)
{
	if (found->seen & SEEN_VERSIONS)
		read_versions(out, found->versions);
	else
		out->offers_tls12 = legacy_version >= 0x0303;
	if (out->offers_tls13)
		out->version = 0x0304;
	else if (out->offers_tls12)
		out->version = 0x0303;
}

/* RFC 8446, section 4.2.3. False: it is malformed. */
static bool
read_schemes(struct cursor body, uint32_t *schemes)
{
	struct cursor list = vector(&body, 2);

	if (list.failed || list.left == 0 || list.left % 2 != 0 ||
	    body.left != 0)
		return false;
	while (list.left > 0)
		*schemes |= yett_signature_scheme(number(&list, 2));
	return true;
}

/* RFC 8422, section 5.1.1: the curves of keys, too. */
static unsigned
read_curves(struct cursor body)
{
	struct cursor list = vector(&body, 2);
	unsigned curves = 0;

	while (list.left > 0 && !list.failed) {
		switch (number(&list, 2)) {
		case 23: curves |= YETT_KEY_P256; break;
		case 24: curves |= YETT_KEY_P384; break;
		case 25: curves |= YETT_KEY_P521; break;
		default: break;
		}
	}
	return curves;
}

/* False: one of the lists is malformed. */
static bool
find_signatures(struct yett_hello_message *out, const struct found *found)
{
	out->curves = (found->seen & SEEN_GROUPS)
	    ? read_curves(found->groups)
	    : YETT_KEY_P256 | YETT_KEY_P384 | YETT_KEY_P521;
	out->has_schemes = (found->seen & SEEN_SIGNATURES) != 0;
	if (out->has_schemes && !read_schemes(found->signatures, &out->schemes))
		return false;
	if ((found->seen & SEEN_CHAIN_SIGNATURES) != 0)
		return read_schemes(found->chain_signatures,
		    &out->chain_schemes);
	out->chain_schemes = out->schemes;
	return true;
}

static void
add_ticket(struct yett_hello_message *out, struct cursor ticket)
{
	if (!ticket.failed && ticket.left > 0 &&
	    out->ticket_count < YETT_HELLO_TICKETS_MOST)
		out->ticket[out->ticket_count++] =
		    (struct yett_slice){ (const char *)ticket.at, ticket.left };
}

/* RFC 5077, section 3.2, and RFC 8446, section 4.2.11. */
static void
find_tickets(struct yett_hello_message *out, struct found *found)
{
	struct cursor list = vector(&found->pre_shared_key, 2);

	add_ticket(out, found->ticket);
	while (list.left > 0 && !list.failed) {
		add_ticket(out, vector(&list, 2));
		cut(&list, 4); /* its age */
	}
}

static bool
digest_names(struct yett_hello_message *out, const struct found *found,
    unsigned legacy_version)
{
	const struct cursor *part[] = { &found->name, &found->alpn,
		&found->versions };
	gnutls_hash_hd_t hash;
	int code;

	if (gnutls_hash_init(&hash, GNUTLS_DIG_SHA256) < 0)
		return false;
	code = gnutls_hash(hash, &legacy_version, sizeof(legacy_version));
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		if (code >= 0)
			code = gnutls_hash(hash, &part[i]->left,
			    sizeof(part[i]->left));
		if (code >= 0 && part[i]->left > 0)
			code = gnutls_hash(hash, part[i]->at, part[i]->left);
	}
	gnutls_hash_deinit(hash, out->digest);
	return code >= 0;
}

bool
yett_hello_parse(struct yett_hello_message *out, const gnutls_datum_t *message,
    gnutls_alert_description_t *alert)
{
	struct cursor body = { message->data, message->size, false };
	struct found found = { .seen = 0 };
	struct cursor suites;
	unsigned legacy_version;

	*out = (struct yett_hello_message){ .sni_len = 0 };
	*alert = GNUTLS_A_DECODE_ERROR;
	legacy_version = number(&body, 2);
	cut(&body, 32);   /* random */
	vector(&body, 1); /* session id */
	suites = vector(&body, 2);
	vector(&body, 1); /* compression methods */
	/* RFC 8446, section 4.1.2: up to TLS 1.2 there may be no extensions. */
	if (body.failed ||
	    (body.left > 0 &&
		gnutls_ext_raw_parse(&found, on_extension, message,
		    GNUTLS_EXT_RAW_FLAG_TLS_CLIENT_HELLO) < 0))
		return false;
	if (found.repeated) {
		*alert = GNUTLS_A_ILLEGAL_PARAMETER;
		return false;
	}
	if ((found.seen & SEEN_NAME) && !parse_name(out, found.name, alert))
		return false;
	if ((found.seen & SEEN_ALPN) && !parse_alpn(out, found.alpn, alert))
		return false;
	if (!find_signatures(out, &found)) {
		*alert = GNUTLS_A_DECODE_ERROR;
		return false;
	}
	find_versions(out, &found, legacy_version);
	find_tickets(out, &found);
	out->offers_post_handshake_auth = (found.seen &
					      SEEN_POST_HANDSHAKE_AUTH) != 0;
	out->suites = (struct yett_slice){ (const char *)suites.at,
		suites.left };
	*alert = GNUTLS_A_INTERNAL_ERROR;
	return digest_names(out, &found, legacy_version);
}
