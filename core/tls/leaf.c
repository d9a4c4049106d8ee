/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/leaf.h"

#include <stdlib.h>

#include "base/buf.h"
#include "tls/datum.h"

/* Texts are found by their place while `text` still grows. */
struct span {
	size_t start, len;
};
struct names {
	struct span *span;
	uint32_t count, room;
};
struct draft {
	struct yett_buf text;
	struct span subject, issuer, common_name, serial, fingerprint;
	struct names dns, email, uri;
};

struct yett_leaf {
	struct yett_certificate facts;
	struct yett_buf text;
	struct yett_slice name[]; /* dns, email, uri */
};

static bool
is_plain(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
			return false;
	return true;
}

/* Add `text`; a span of nothing when it is no name. */
static bool
add_text(struct draft *draft, struct yett_slice text, struct span *out)
{
	*out = (struct span){ yett_buf_len(&draft->text), 0 };
	if (!is_plain(text))
		return true;
	if (yett_buf_append(&draft->text, text) != YETT_OK)
		return false;
	out->len = text.len;
	return true;
}

static bool
add_hex(struct draft *draft, const unsigned char *byte, size_t len,
    struct span *out)
{
	*out = (struct span){ yett_buf_len(&draft->text), 2 * len };
	for (size_t i = 0; i < len; i++)
		if (yett_buf_printf(&draft->text, "%02x", byte[i]) != YETT_OK)
			return false;
	return true;
}

static bool
make_room(struct names *names)
{
	uint32_t room = names->room == 0 ? 8 : 2 * names->room;
	struct span *grown;

	if (names->count < names->room)
		return true;
	grown = reallocarray(names->span, room, sizeof(*grown));
	if (grown == NULL)
		return false;
	names->span = grown;
	names->room = room;
	return true;
}

static bool
add_name(struct draft *draft, struct names *names, struct yett_slice name)
{
	struct span span;

	if (name.len == 0)
		return true;
	if (!make_room(names) || !add_text(draft, name, &span))
		return false;
	if (span.len > 0)
		names->span[names->count++] = span;
	return true;
}

/* DNS names have no case (RFC 4343); here they are lower. */
static bool
add_dns(struct draft *draft, struct yett_slice name)
{
	char lower[256];

	if (name.len > sizeof(lower))
		return true;
	for (size_t i = 0; i < name.len; i++)
		lower[i] = yett_lower(name.at[i]);
	return add_name(draft, &draft->dns,
	    (struct yett_slice){ lower, name.len });
}

static bool
add_alternative(struct draft *draft, int type, struct yett_slice name)
{
	switch (type) {
	case GNUTLS_SAN_DNSNAME: return add_dns(draft, name);
	case GNUTLS_SAN_RFC822NAME: return add_name(draft, &draft->email, name);
	case GNUTLS_SAN_URI: return add_name(draft, &draft->uri, name);
	default: return true;
	}
}

/* One that is longer than usual. */
static bool
read_long(struct draft *draft, gnutls_x509_crt_t crt, unsigned index,
    size_t len)
{
	char *byte = malloc(len);
	int type;
	bool kept;

	if (byte == NULL)
		return false;
	type = gnutls_x509_crt_get_subject_alt_name(crt, index, byte, &len,
	    NULL);
	kept = add_alternative(draft, type, (struct yett_slice){ byte, len });
	free(byte);
	return kept;
}

/* All of them: how many there are was bounded before (bounds.h). */
static bool
read_alternatives(struct draft *draft, gnutls_x509_crt_t crt)
{
	bool kept = true;

	for (unsigned i = 0; kept; i++) {
		char byte[512];
		size_t len = sizeof(byte);
		int type = gnutls_x509_crt_get_subject_alt_name(crt, i, byte,
		    &len, NULL);

		if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		kept = type == GNUTLS_E_SHORT_MEMORY_BUFFER
		    ? read_long(draft, crt, i, len)
		    : add_alternative(draft, type,
			  (struct yett_slice){ byte, len });
	}
	return kept;
}

static bool
add_dn(struct draft *draft, gnutls_x509_crt_t crt,
    int (*get)(gnutls_x509_crt_t, gnutls_datum_t *, unsigned), struct span *out)
{
	gnutls_datum_t text;
	bool kept;

	/* An empty name is no name. */
	if (get(crt, &text, 0) < 0)
		return add_text(draft, YETT_SLICE_NONE, out);
	kept = add_text(draft, yett_datum_slice(&text), out);
	gnutls_free(text.data);
	return kept;
}

/* Of several, none is the name. */
static bool
add_common_name(struct draft *draft, gnutls_x509_crt_t crt)
{
	char text[256], second[256];
	size_t len = sizeof(text), more = sizeof(second);
	struct yett_slice name = YETT_SLICE_NONE;

	if (gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0,
		0, text, &len) >= 0 &&
	    gnutls_x509_crt_get_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 1,
		0, second, &more) == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		name = (struct yett_slice){ text, len };
	return add_text(draft, name, &draft->common_name);
}

static bool
read_leaf(struct draft *draft, gnutls_x509_crt_t crt)
{
	unsigned char byte[64];
	size_t len = sizeof(byte);

	if (gnutls_x509_crt_get_fingerprint(crt, GNUTLS_DIG_SHA256, byte,
		&len) < 0 ||
	    !add_hex(draft, byte, len, &draft->fingerprint))
		return false;
	len = sizeof(byte);
	if (gnutls_x509_crt_get_serial(crt, byte, &len) < 0 ||
	    !add_hex(draft, byte, len, &draft->serial))
		return false;
	return add_common_name(draft, crt) &&
	    add_dn(draft, crt, gnutls_x509_crt_get_dn3, &draft->subject) &&
	    add_dn(draft, crt, gnutls_x509_crt_get_issuer_dn3,
		&draft->issuer) &&
	    read_alternatives(draft, crt);
}

static struct yett_slice
slice(const struct yett_leaf *leaf, struct span span)
{
	return span.len == 0
	    ? YETT_SLICE_NONE
	    : (struct yett_slice){ leaf->text.memory + span.start, span.len };
}

static const struct yett_slice *
place_names(struct yett_leaf *leaf, struct yett_slice **at,
    const struct names *names)
{
	const struct yett_slice *first = *at;

	for (uint32_t i = 0; i < names->count; i++)
		*(*at)++ = slice(leaf, names->span[i]);
	return first;
}

/* Takes the text out of the draft. */
static struct yett_leaf *
make_leaf(struct draft *draft, gnutls_x509_crt_t crt)
{
	uint32_t count = draft->dns.count + draft->email.count +
	    draft->uri.count;
	struct yett_leaf *leaf = calloc(1,
	    sizeof(*leaf) + count * sizeof(leaf->name[0]));
	struct yett_slice *at;

	if (leaf == NULL)
		return NULL;
	at = leaf->name;
	leaf->text = draft->text;
	draft->text = (struct yett_buf){ NULL, 0, 0, 0 };
	leaf->facts = (struct yett_certificate){
		.subject = slice(leaf, draft->subject),
		.issuer = slice(leaf, draft->issuer),
		.common_name = slice(leaf, draft->common_name),
		.serial = slice(leaf, draft->serial),
		.fingerprint = slice(leaf, draft->fingerprint),
		.dns_count = draft->dns.count,
		.email_count = draft->email.count,
		.uri_count = draft->uri.count,
		.not_before = gnutls_x509_crt_get_activation_time(crt),
		.not_after = gnutls_x509_crt_get_expiration_time(crt),
	};
	leaf->facts.dns = place_names(leaf, &at, &draft->dns);
	leaf->facts.email = place_names(leaf, &at, &draft->email);
	leaf->facts.uri = place_names(leaf, &at, &draft->uri);
	return leaf;
}

struct yett_leaf *
yett_leaf_read(gnutls_x509_crt_t crt)
{
	struct draft draft = { .text = { NULL, 0, 0, 0 } };
	struct yett_leaf *leaf = NULL;

	if (read_leaf(&draft, crt))
		leaf = make_leaf(&draft, crt);
	yett_buf_clear(&draft.text);
	free(draft.dns.span);
	free(draft.email.span);
	free(draft.uri.span);
	return leaf;
}

struct yett_leaf *
yett_leaf_parse(struct yett_slice der)
{
	gnutls_datum_t datum = yett_datum(der);
	struct yett_leaf *leaf = NULL;
	gnutls_x509_crt_t crt;

	if (gnutls_x509_crt_init(&crt) < 0)
		return NULL;
	if (gnutls_x509_crt_import(crt, &datum, GNUTLS_X509_FMT_DER) >= 0)
		leaf = yett_leaf_read(crt);
	gnutls_x509_crt_deinit(crt);
	return leaf;
}

void
yett_leaf_free(struct yett_leaf *leaf)
{
	if (leaf == NULL)
		return;
	yett_buf_clear(&leaf->text);
	free(leaf);
}

const struct yett_certificate *
yett_leaf_facts(const struct yett_leaf *leaf)
{
	return &leaf->facts;
}
