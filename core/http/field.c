/* SPDX-License-Identifier: Apache-2.0 */
#include "http/field.h"

#include "http/octet.h"

struct known {
	const char *name; /* lower case; NULL ends a list */
	enum yett_field_id id;
};

#define LONGEST 29 /* of the known names */
#define LIST (const struct known[])
#define END                                                                    \
	{                                                                      \
		NULL, YETT_FIELD_OTHER                                         \
	}

static const struct known *const by_len[LONGEST + 1] = {
	/* clang-format off */
	[2] = LIST{ { "te", YETT_FIELD_TE }, END },
	[3] = LIST{ { "via", YETT_FIELD_VIA }, END },
	[4] = LIST{ { "host", YETT_FIELD_HOST },
		{ "date", YETT_FIELD_DATE }, END },
	[6] = LIST{ { "accept", YETT_FIELD_ACCEPT },
		{ "origin", YETT_FIELD_ORIGIN },
		{ "expect", YETT_FIELD_EXPECT },
		{ "server", YETT_FIELD_SERVER }, END },
	[7] = LIST{ { "trailer", YETT_FIELD_TRAILER },
		{ "upgrade", YETT_FIELD_UPGRADE }, END },
	[8] = LIST{ { "location", YETT_FIELD_LOCATION }, END },
	[9] = LIST{ { "forwarded", YETT_FIELD_FORWARDED },
		{ "x-real-ip", YETT_FIELD_X_REAL_IP }, END },
	[10] = LIST{ { "connection", YETT_FIELD_CONNECTION },
		{ "keep-alive", YETT_FIELD_KEEP_ALIVE }, END },
	[11] = LIST{ { "client-cert", YETT_FIELD_CLIENT_CERT }, END },
	[12] = LIST{ { "content-type", YETT_FIELD_CONTENT_TYPE },
		{ "max-forwards", YETT_FIELD_MAX_FORWARDS }, END },
	[13] = LIST{ { "authorization", YETT_FIELD_AUTHORIZATION }, END },
	[14] = LIST{ { "content-length", YETT_FIELD_CONTENT_LENGTH },
		{ "http2-settings", YETT_FIELD_HTTP2_SETTINGS }, END },
	[15] = LIST{ { "x-forwarded-for", YETT_FIELD_X_FORWARDED_FOR }, END },
	[16] = LIST{ { "x-forwarded-host", YETT_FIELD_X_FORWARDED_HOST },
		{ "x-forwarded-port", YETT_FIELD_X_FORWARDED_PORT },
		{ "x-arr-clientcert", YETT_FIELD_X_ARR_CLIENTCERT },
		{ "www-authenticate", YETT_FIELD_WWW_AUTHENTICATE },
		{ "proxy-connection", YETT_FIELD_PROXY_CONNECTION }, END },
	[17] = LIST{ { "transfer-encoding", YETT_FIELD_TRANSFER_ENCODING },
		{ "x-forwarded-proto", YETT_FIELD_X_FORWARDED_PROTO },
		{ "client-cert-chain", YETT_FIELD_CLIENT_CERT_CHAIN }, END },
	[18] = LIST{
		{ "proxy-authenticate", YETT_FIELD_PROXY_AUTHENTICATE }, END },
	[19] = LIST{
		{ "proxy-authorization", YETT_FIELD_PROXY_AUTHORIZATION },
		END },
	[23] = LIST{ { "x-forwarded-client-cert",
		YETT_FIELD_X_FORWARDED_CLIENT_CERT }, END },
	[29] = LIST{ { "access-control-request-method",
		YETT_FIELD_ACCESS_CONTROL_REQUEST_METHOD }, END },
	/* clang-format on */
};

/* Names by which a client tells some origins another path, method or host than
 * the request has; there are origins that believe them. */
static const char *const overrides[] = {
	"x-host",
	"x-rewrite-url",
	"x-rewrite-uri",
	"x-http-method",
	"x-override-url",
	"x-original-url",
	"x-original-uri",
	"x-original-path",
	"x-original-host",
	"x-original-method",
	"x-method-override",
	"x-waws-unencoded-url",
	"x-http-destinationurl",
	"x-http-host-override",
	"x-envoy-original-path",
	"x-http-method-override",
	NULL,
};

/* Families of names: any name that begins so, unless known by itself. */
static const struct known families[] = {
	{ "ssl-client-", YETT_FIELD_SSL_CLIENT },
	{ "x-ssl-", YETT_FIELD_SSL_CLIENT },
	{ "x-client-cert", YETT_FIELD_X_CLIENT_CERT },
	{ "x-forwarded-tls-client-cert",
	    YETT_FIELD_X_FORWARDED_TLS_CLIENT_CERT },
	{ "x-forwarded-", YETT_FIELD_X_FORWARDED },
	{ "yett-", YETT_FIELD_YETT },
	END,
};

/* What a field is about. */
enum {
	FRAMING = 1,
	HOP = 2,
	IDENTITY = 4,
	FORWARDING = 8,
	OURS = 16,
	/* `_` counts as `-` */
	LOOSE = FRAMING | HOP | IDENTITY | FORWARDING | OURS,
};

static const unsigned char about[YETT_FIELD_IDS] = {
	[YETT_FIELD_HOST] = FRAMING,
	[YETT_FIELD_CONTENT_LENGTH] = FRAMING,
	[YETT_FIELD_TRANSFER_ENCODING] = FRAMING | HOP,
	[YETT_FIELD_CONNECTION] = HOP,
	[YETT_FIELD_KEEP_ALIVE] = HOP,
	[YETT_FIELD_PROXY_CONNECTION] = HOP,
	[YETT_FIELD_PROXY_AUTHENTICATE] = HOP,
	[YETT_FIELD_PROXY_AUTHORIZATION] = HOP,
	[YETT_FIELD_TE] = HOP,
	[YETT_FIELD_TRAILER] = HOP,
	[YETT_FIELD_UPGRADE] = HOP,
	[YETT_FIELD_HTTP2_SETTINGS] = HOP,
	[YETT_FIELD_CLIENT_CERT] = IDENTITY,
	[YETT_FIELD_CLIENT_CERT_CHAIN] = IDENTITY,
	[YETT_FIELD_X_FORWARDED_CLIENT_CERT] = IDENTITY,
	[YETT_FIELD_X_FORWARDED_TLS_CLIENT_CERT] = IDENTITY,
	[YETT_FIELD_X_ARR_CLIENTCERT] = IDENTITY,
	[YETT_FIELD_X_CLIENT_CERT] = IDENTITY,
	[YETT_FIELD_SSL_CLIENT] = IDENTITY,
	[YETT_FIELD_FORWARDED] = FORWARDING,
	[YETT_FIELD_X_FORWARDED_FOR] = FORWARDING,
	[YETT_FIELD_X_FORWARDED_PROTO] = FORWARDING,
	[YETT_FIELD_X_FORWARDED_HOST] = FORWARDING,
	[YETT_FIELD_X_FORWARDED_PORT] = FORWARDING,
	[YETT_FIELD_X_FORWARDED] = FORWARDING,
	[YETT_FIELD_X_REAL_IP] = FORWARDING,
	[YETT_FIELD_YETT] = OURS,
};

bool
yett_field_name_begins(struct yett_slice name, const char *known)
{
	for (size_t i = 0; known[i] != '\0'; i++)
		if (i == name.len ||
		    (yett_lower(name.at[i]) != known[i] &&
			!(name.at[i] == '_' && known[i] == '-')))
			return false;
	return true;
}

static enum yett_field_id
find_family(struct yett_slice name)
{
	for (const struct known *one = families; one->name != NULL; one++)
		if (yett_field_name_begins(name, one->name))
			return one->id;
	for (size_t i = 0; overrides[i] != NULL; i++)
		if (name.len == strlen(overrides[i]) &&
		    yett_field_name_begins(name, overrides[i]))
			return YETT_FIELD_OVERRIDE;
	return YETT_FIELD_OTHER;
}

enum yett_field_id
yett_field_id(struct yett_slice name)
{
	const struct known *one = name.len <= LONGEST ? by_len[name.len] : NULL;
	char first;

	if (name.len == 0)
		return YETT_FIELD_OTHER;
	first = yett_lower(name.at[0]); /* tells most of them apart */
	for (; one != NULL && one->name != NULL; one++) {
		if (first != one->name[0] ||
		    !yett_field_name_begins(name, one->name))
			continue;
		if ((about[one->id] & LOOSE) != 0 ||
		    memchr(name.at, '_', name.len) == NULL)
			return one->id;
		return YETT_FIELD_OTHER;
	}
	return first == 'x' || first == 's' || first == 'y' ? find_family(name)
							    : YETT_FIELD_OTHER;
}

bool
yett_field_is_hop_by_hop(enum yett_field_id id)
{
	return (about[id] & HOP) != 0;
}

bool
yett_field_is_identity(enum yett_field_id id)
{
	return (about[id] & IDENTITY) != 0;
}

bool
yett_field_is_ours(enum yett_field_id id)
{
	return (about[id] & OURS) != 0;
}

bool
yett_field_is_forwarding(enum yett_field_id id)
{
	return (about[id] & FORWARDING) != 0;
}

bool
yett_field_is_reserved(enum yett_field_id id)
{
	return (about[id] & (IDENTITY | FORWARDING | OURS)) != 0;
}

bool
yett_is_token(struct yett_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!yett_octet_is(text.at[i], YETT_OCTET_TOKEN))
			return false;
	return text.len > 0;
}

bool
yett_is_field_value(struct yett_slice text)
{
	const char *end = text.at + text.len;

	return text.len == 0 || yett_octet_value_end(text.at, end) == end;
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Where the element at the start of `text` ends: at a comma or at the end. */
static size_t
element_len(struct yett_slice text)
{
	bool quoted = false;
	size_t i;

	for (i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			quoted = !quoted;
		else if (quoted && text.at[i] == '\\' && i + 1 < text.len)
			i++;
		else if (!quoted && text.at[i] == ',')
			break;
	}
	return i;
}

bool
yett_list_next(struct yett_slice *rest, struct yett_slice *element)
{
	size_t len;

	while (rest->len > 0 && (is_blank(rest->at[0]) || rest->at[0] == ',')) {
		rest->at++;
		rest->len--;
	}
	if (rest->len == 0)
		return false;
	len = element_len(*rest);
	*element = (struct yett_slice){ rest->at, len };
	rest->at += len;
	rest->len -= len;
	while (is_blank(element->at[element->len - 1]))
		element->len--;
	return true;
}

bool
yett_list_has(struct yett_slice list, struct yett_slice token)
{
	struct yett_slice element;

	while (yett_list_next(&list, &element))
		if (yett_slice_eq_nocase(element, token))
			return true;
	return false;
}

const struct yett_field *
yett_field_find(const struct yett_field *field, size_t count,
    enum yett_field_id id)
{
	for (size_t i = 0; i < count; i++)
		if (field[i].id == id)
			return &field[i];
	return NULL;
}

bool
yett_field_may_be_named(enum yett_field_id id)
{
	return (about[id] & (FRAMING | IDENTITY | FORWARDING | OURS)) == 0;
}
