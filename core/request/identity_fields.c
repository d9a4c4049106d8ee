/* SPDX-License-Identifier: Apache-2.0 */
#include "request/identity_fields.h"

#include "http/octet.h"
#include "tls/certificate_text.h"

/* What is being written. Appends stop after the first failure. */
struct writing {
	struct yett_peer *peer;
	const struct yett_certificate *leaf;
	struct yett_buf *text;
	struct yett_identity_fields *out;
	enum yett_status status;
};

static void
put(struct writing *writing, struct yett_slice bytes)
{
	if (writing->status == YETT_OK)
		writing->status = yett_buf_append(writing->text, bytes);
}

#define PUT(writing, literal) put((writing), YETT_LIT(literal))

static void
put_byte(struct writing *writing, char byte)
{
	put(writing, (struct yett_slice){ &byte, 1 });
}

/* `escape` and two hex digits. */
static void
put_escape(struct writing *writing, char escape, char byte)
{
	static const char hex[] = "0123456789ABCDEF";
	const char text[] = { escape, hex[(unsigned char)byte >> 4],
		hex[byte & 15] };

	put(writing, (struct yett_slice){ text, sizeof(text) });
}

/* What is appended from now on is the value of `name`. */
static void
begin(struct writing *writing, struct yett_slice name)
{
	writing->out->at[writing->out->count++] = (struct yett_identity_field){
		name, yett_buf_len(writing->text), 0
	};
}

static void
end(struct writing *writing)
{
	struct yett_identity_field *field =
	    &writing->out->at[writing->out->count - 1];

	field->len = yett_buf_len(writing->text) - field->start;
}

/* --- names --- */

static bool
is_ascii(char c)
{
	return c >= 0x20 && c < 0x7f;
}

/*
 * A name as RFC 4514 writes it, with two escapes of that RFC more: bytes that
 * are not ASCII as OpenSSL and so nginx write them; and a quote and a backslash
 * as \22 and \5C. Then no reader that knows only some rules of quoting can be
 * misled about where a quoted name ends.
 */
static void
put_name(struct writing *writing, struct yett_slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.at[i];

		if (c == '\\' && i + 1 < name.len &&
		    (name.at[i + 1] == '"' || name.at[i + 1] == '\\'))
			put_escape(writing, '\\', name.at[++i]);
		else if (c == '"' || !is_ascii(c))
			put_escape(writing, '\\', c);
		else
			put_byte(writing, c);
	}
}

/* A URI, quoted, for it may have separators; what ends a quote, and what no
 * URI has, becomes an escape of RFC 3986. */
static void
put_uri(struct writing *writing, struct yett_slice uri)
{
	for (size_t i = 0; i < uri.len; i++)
		if (uri.at[i] == '"' || uri.at[i] == '\\' || uri.at[i] == ' ' ||
		    !is_ascii(uri.at[i]))
			put_escape(writing, '%', uri.at[i]);
		else
			put_byte(writing, uri.at[i]);
}

/* A name with anything else in it is no DNS name, and is left out. */
static bool
is_dns(struct yett_slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!yett_octet_is(name.at[i], YETT_OCTET_UNRESERVED) &&
		    name.at[i] != '*')
			return false;
	return name.len > 0;
}

/* --- RFC 9440 --- */

static void
write_rfc9440(struct writing *writing, bool chain)
{
	begin(writing, YETT_LIT("Client-Cert"));
	if (writing->status == YETT_OK)
		writing->status = yett_peer_write_client_cert(writing->peer,
		    writing->text);
	end(writing);
	if (!chain)
		return;
	begin(writing, YETT_LIT("Client-Cert-Chain"));
	if (writing->status == YETT_OK)
		writing->status =
		    yett_peer_write_client_cert_chain(writing->peer,
			writing->text);
	end(writing);
}

/* --- Envoy --- */

static void
put_pem(struct writing *writing, struct yett_slice der)
{
	if (writing->status == YETT_OK)
		writing->status = yett_certificate_write_escaped_pem(der,
		    writing->text);
}

/* One element: Hash, Cert, Chain, Subject, URI and DNS in Envoy's order. */
static void
write_xfcc(struct writing *writing, bool chain)
{
	const struct yett_certificate *leaf = writing->leaf;

	begin(writing, YETT_LIT("X-Forwarded-Client-Cert"));
	PUT(writing, "Hash=");
	put(writing, leaf->fingerprint);
	PUT(writing, ";Cert=\"");
	put_pem(writing, yett_peer_der(writing->peer, 0));
	PUT(writing, "\"");
	if (chain) {
		PUT(writing, ";Chain=\"");
		for (uint32_t i = 0; yett_peer_der(writing->peer, i).at != NULL;
		     i++)
			put_pem(writing, yett_peer_der(writing->peer, i));
		PUT(writing, "\"");
	}
	PUT(writing, ";Subject=\"");
	put_name(writing, leaf->subject);
	PUT(writing, "\"");
	for (uint32_t i = 0; i < leaf->uri_count; i++) {
		PUT(writing, ";URI=\"");
		put_uri(writing, leaf->uri[i]);
		PUT(writing, "\"");
	}
	for (uint32_t i = 0; i < leaf->dns_count; i++) {
		if (!is_dns(leaf->dns[i]))
			continue;
		PUT(writing, ";DNS=");
		put(writing, leaf->dns[i]);
	}
	end(writing);
}

/* --- IIS with Application Request Routing, Azure App Service --- */

static void
write_arr(struct writing *writing)
{
	begin(writing, YETT_LIT("X-ARR-ClientCert"));
	if (writing->status == YETT_OK)
		writing->status =
		    yett_certificate_write_base64(yett_peer_der(writing->peer,
						      0),
			writing->text);
	end(writing);
}

/* --- nginx --- */

/* The words of OpenSSL, which nginx passes on. */
static struct yett_slice
cause_word(enum yett_cause cause)
{
	switch (cause) {
	case YETT_CAUSE_NAME_CONSTRAINTS:
		return YETT_LIT("FAILED:permitted subtree violation");
	case YETT_CAUSE_TOO_LARGE:
	case YETT_CAUSE_TOO_DEEP:
		return YETT_LIT("FAILED:certificate chain too long");
	case YETT_CAUSE_WEAK_ALGORITHM:
		return YETT_LIT(
		    "FAILED:CA signature digest algorithm too weak");
	case YETT_CAUSE_PATH_LENGTH:
		return YETT_LIT("FAILED:path length constraint exceeded");
	case YETT_CAUSE_SPIFFE_DOMAIN:
		return YETT_LIT("FAILED:certificate rejected");
	case YETT_CAUSE_NONE:
	case YETT_CAUSE_POLICY:
	case YETT_CAUSE_FUNCTION:
	case YETT_CAUSE_RELOADED:
	case YETT_CAUSE_OTHER_TRUST:
	case YETT_CAUSE_CRL_UNAVAILABLE: break;
	}
	return YETT_LIT("FAILED:unable to get local issuer certificate");
}

static struct yett_slice
verify_word(const struct yett_decision *decision)
{
	if (decision->verified != NULL)
		return YETT_LIT("SUCCESS");
	if (decision->rule->trusts.count == 0)
		return YETT_LIT("NONE"); /* nobody looked at it */
	switch (decision->judged) {
	case YETT_REASON_NOT_SENT: return YETT_LIT("NONE");
	case YETT_REASON_EXPIRED:
		return YETT_LIT("FAILED:certificate has expired");
	case YETT_REASON_REVOKED:
		return decision->judged_cause == YETT_CAUSE_CRL_UNAVAILABLE
		    ? YETT_LIT("FAILED:unable to get certificate CRL")
		    : YETT_LIT("FAILED:certificate revoked");
	case YETT_REASON_WRONG_PURPOSE:
		return YETT_LIT("FAILED:unsuitable certificate purpose");
	default: return cause_word(decision->judged_cause);
	}
}

/* In upper case, without the byte that only makes a number positive. */
static void
put_serial(struct writing *writing, struct yett_slice serial)
{
	if (serial.len > 2 && serial.at[0] == '0' && serial.at[1] == '0') {
		serial.at += 2;
		serial.len -= 2;
	}
	for (size_t i = 0; i < serial.len; i++)
		put_byte(writing,
		    serial.at[i] >= 'a' ? (char)(serial.at[i] - 'a' + 'A')
					: serial.at[i]);
}

static void
write_nginx(struct writing *writing, const struct yett_decision *decision)
{
	const struct yett_certificate *leaf = writing->leaf;

	begin(writing, YETT_LIT("X-SSL-Client-Verify"));
	put(writing, verify_word(decision));
	end(writing);
	if (leaf == NULL)
		return;
	begin(writing, YETT_LIT("X-SSL-Client-S-DN"));
	put_name(writing, leaf->subject);
	end(writing);
	begin(writing, YETT_LIT("X-SSL-Client-I-DN"));
	put_name(writing, leaf->issuer);
	end(writing);
	begin(writing, YETT_LIT("X-SSL-Client-Serial"));
	put_serial(writing, leaf->serial);
	end(writing);
	begin(writing, YETT_LIT("X-SSL-Client-Fingerprint"));
	if (writing->status == YETT_OK)
		writing->status =
		    yett_certificate_write_sha1(yett_peer_der(writing->peer, 0),
			writing->text);
	end(writing);
	begin(writing, YETT_LIT("X-SSL-Client-Cert"));
	put_pem(writing, yett_peer_der(writing->peer, 0));
	end(writing);
}

/* --- all --- */

enum yett_status
yett_identity_fields_write(struct yett_peer *peer,
    const struct yett_decision *decision, struct yett_buf *text,
    struct yett_identity_fields *out)
{
	const struct yett_forward *how = &decision->rule->forward;
	bool verified = decision->verified != NULL && peer != NULL;
	struct writing writing = { .peer = peer,
		.leaf = verified ? yett_peer_leaf(peer) : NULL,
		.text = text,
		.out = out,
		.status = YETT_OK };

	if (how->client_cert == YETT_FORWARD_NGINX) {
		write_nginx(&writing, decision);
		return writing.status;
	}
	if (writing.leaf == NULL)
		return YETT_OK;
	switch (how->client_cert) {
	case YETT_FORWARD_RFC9440: write_rfc9440(&writing, how->chain); break;
	case YETT_FORWARD_XFCC: write_xfcc(&writing, how->chain); break;
	case YETT_FORWARD_ARR: write_arr(&writing); break;
	case YETT_FORWARD_NGINX:
	case YETT_FORWARD_NONE: break;
	}
	return writing.status;
}

struct yett_slice
yett_identity_fields_name(enum yett_forward_cert form)
{
	switch (form) {
	case YETT_FORWARD_RFC9440: return YETT_LIT("Client-Cert");
	case YETT_FORWARD_XFCC: return YETT_LIT("X-Forwarded-Client-Cert");
	case YETT_FORWARD_ARR: return YETT_LIT("X-ARR-ClientCert");
	case YETT_FORWARD_NGINX: return YETT_LIT("X-SSL-Client-Verify");
	case YETT_FORWARD_NONE: break;
	}
	return YETT_SLICE_NONE;
}
