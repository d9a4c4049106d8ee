/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/general_name.h"

#include "tls/der.h"

/* The user principal name of Active Directory, 1.3.6.1.4.1.311.20.2.3. */
#define UPN YETT_LIT("\x2b\x06\x01\x04\x01\x82\x37\x14\x02\x03")
#define UTF8_STRING 0x0c

static enum yett_within
as_within(bool within)
{
	return within ? YETT_WITHIN_YES : YETT_WITHIN_NO;
}

static bool
ends_with(struct yett_slice text, struct yett_slice end)
{
	if (text.len < end.len)
		return false;
	text.at += text.len - end.len;
	text.len = end.len;
	return yett_slice_eq_nocase(text, end);
}

/* Letters, digits and what else a host name has: nothing that another reader
 * might end it at. */
static bool
is_host(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = yett_lower(text.at[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    c != '-' && c != '_' && c != '.' && c != '*')
			return false;
	}
	return text.len > 0 && text.at[text.len - 1] != '.';
}

/* A host, or with a leading dot all below it. */
static enum yett_within
host_within(struct yett_slice host, struct yett_slice base)
{
	if (!is_host(host) || (base.len > 0 && !is_host(base)))
		return YETT_WITHIN_UNKNOWN;
	return as_within(base.len > 0 && base.at[0] == '.'
		? host.len > base.len && ends_with(host, base)
		: yett_slice_eq_nocase(host, base));
}

/* A host and all below it. */
static enum yett_within
dns_within(struct yett_slice name, struct yett_slice base)
{
	if (base.len == 0)
		return YETT_WITHIN_YES;
	if (!is_host(name) || !is_host(base))
		return YETT_WITHIN_UNKNOWN;
	if (!ends_with(name, base))
		return YETT_WITHIN_NO;
	return as_within(name.len == base.len || base.at[0] == '.' ||
	    name.at[name.len - base.len - 1] == '.');
}

/* Cut `text` behind its last `mark`. False: it has none. */
static bool
cut_behind(struct yett_slice *text, char mark)
{
	const char *at = memrchr(text->at, mark, text->len);

	if (at == NULL)
		return false;
	text->len -= (size_t)(at + 1 - text->at);
	text->at = at + 1;
	return true;
}

/* One mailbox, those of a host, or those of all below it. */
static enum yett_within
email_within(struct yett_slice name, struct yett_slice base)
{
	struct yett_slice host = name, base_host = base;

	if (base.len == 0)
		return YETT_WITHIN_YES;
	if (!cut_behind(&host, '@') || host.len == 0)
		return YETT_WITHIN_UNKNOWN;
	if (!cut_behind(&base_host, '@'))
		return host_within(host, base);
	/* What stands before the last @ is compared as it is. */
	if (!yett_slice_eq((struct yett_slice){ name.at, name.len - host.len },
		(struct yett_slice){ base.at, base.len - base_host.len }))
		return YETT_WITHIN_NO;
	return host_within(host, base_host);
}

/* The host of a URI that has one and no user (RFC 3986, section 3.2). */
static bool
find_host(struct yett_slice uri, struct yett_slice *out)
{
	const char *mark = memmem(uri.at, uri.len, "://", 3);
	struct yett_slice host = { uri.at, 0 };
	size_t left;

	if (mark == NULL || mark == uri.at)
		return false;
	host.at = mark + 3;
	left = uri.len - (size_t)(host.at - uri.at);
	while (host.len < left && memchr("/?#:", host.at[host.len], 4) == NULL)
		host.len++;
	/* Behind a colon only a port: "a.test:x@b.test" is at b.test. */
	for (size_t i = host.len; i < left; i++) {
		if (host.at[i] == '/' || host.at[i] == '?' || host.at[i] == '#')
			break;
		if (i > host.len && (host.at[i] < '0' || host.at[i] > '9'))
			return false;
	}
	*out = host;
	return is_host(host);
}

static enum yett_within
uri_within(struct yett_slice uri, struct yett_slice base)
{
	struct yett_slice host;

	return find_host(uri, &host) ? host_within(host, base)
				     : YETT_WITHIN_UNKNOWN;
}

static enum yett_within
ip_within(struct yett_slice address, struct yett_slice base)
{
	if (base.len != 8 && base.len != 32)
		return YETT_WITHIN_UNKNOWN;
	if (base.len != 2 * address.len)
		return YETT_WITHIN_NO; /* of the other family */
	for (size_t i = 0; i < address.len; i++)
		if (((address.at[i] ^ base.at[i]) & base.at[address.len + i]) !=
		    0)
			return YETT_WITHIN_NO;
	return YETT_WITHIN_YES;
}

/* The value of an otherName that is a text. */
static bool
read_text(struct yett_slice content, struct yett_slice *out)
{
	struct yett_slice explicit;

	return yett_der_take(&content, YETT_DER_CONTEXT_0, &explicit) &&
	    yett_der_take(&explicit, UTF8_STRING, out);
}

/*
 * RFC 5280 leaves it to each kind of otherName what a subtree of it is. For
 * UPNs it is one name, "@domain" for those of a domain, or ".domain" for those
 * of all below it.
 */
static enum yett_within
other_within(struct yett_slice name, struct yett_slice base)
{
	struct yett_slice kind, base_kind, text, base_text;

	if (!yett_der_take(&name, YETT_DER_OID, &kind) ||
	    !yett_der_take(&base, YETT_DER_OID, &base_kind))
		return YETT_WITHIN_UNKNOWN;
	if (!yett_slice_eq(kind, base_kind))
		return YETT_WITHIN_OTHER_FORM;
	if (!yett_slice_eq(kind, UPN) || !read_text(name, &text) ||
	    !read_text(base, &base_text) || base_text.len == 0)
		return YETT_WITHIN_UNKNOWN;
	if (base_text.at[0] == '@' || base_text.at[0] == '.')
		return as_within(
		    text.len > base_text.len && ends_with(text, base_text));
	return as_within(yett_slice_eq_nocase(text, base_text));
}

enum yett_within
yett_general_name_within(const struct yett_general_name *name,
    const struct yett_general_name *base)
{
	if (name->tag != base->tag)
		return YETT_WITHIN_OTHER_FORM;
	switch (name->tag) {
	case YETT_NAME_EMAIL: return email_within(name->content, base->content);
	case YETT_NAME_DNS: return dns_within(name->content, base->content);
	case YETT_NAME_DIRECTORY:
		return yett_directory_name_within(name->content, base->content);
	case YETT_NAME_URI: return uri_within(name->content, base->content);
	case YETT_NAME_IP: return ip_within(name->content, base->content);
	case YETT_NAME_OTHER: return other_within(name->content, base->content);
	default: return YETT_WITHIN_UNKNOWN;
	}
}
