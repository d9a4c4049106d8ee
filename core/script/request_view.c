/* SPDX-License-Identifier: Apache-2.0 */
#include "script/request_view.h"

#include "policy/identity.h"
#include "script/hello_view.h"
#include "script/matcher_object.h"
#include "script/text.h"

#define REQUEST_TYPE "request"
#define HEADERS_TYPE "headers"
#define CERTIFICATE_TYPE "certificate"

/* User values of the request's userdata. */
#define HEADERS_SLOT 1
#define CERTIFICATE_SLOT 2

/* Fields of a request beside those of its hello. */
enum request_field {
	REQUEST_METHOD = YETT_HELLO_FIELDS,
	REQUEST_PATH,
	REQUEST_QUERY,
	REQUEST_HOST,
	REQUEST_HEADERS,
	REQUEST_CERTIFICATE,
};

enum certificate_field {
	CERTIFICATE_SUBJECT = 1,
	CERTIFICATE_ISSUER,
	CERTIFICATE_SERIAL,
	CERTIFICATE_FINGERPRINT,
	CERTIFICATE_DNS,
	CERTIFICATE_EMAIL,
	CERTIFICATE_URI,
	CERTIFICATE_SPIFFE,
	CERTIFICATE_NOT_BEFORE,
	CERTIFICATE_NOT_AFTER,
};

/* A part of a request; the request's userdata is its user value. */
struct part {
	const struct yett_request_view *view;
};

static const struct yett_request_view *
check_lent(lua_State *L, const struct yett_request_view *view)
{
	if (view->request == NULL)
		luaL_error(L, "a request was used after its function returned");
	return view;
}

static const struct yett_request_view *
check_part(lua_State *L, const char *type)
{
	const struct part *part = luaL_checkudata(L, 1, type);

	return check_lent(L, part->view);
}

/* Nothing, where there is no such text. */
static void
push_optional(lua_State *L, struct yett_slice text)
{
	yett_text_bound(L, text.len);
	if (text.at == NULL)
		lua_pushnil(L);
	else
		yett_text_push(L, text);
}

/* --- headers ------------------------------------------------------------ */

/* req.headers["x-device"]: several lines of one name are one list (RFC 9110,
 * section 5.3). A name that is the gateway's to set gives nothing. */
static int
headers_index(lua_State *L)
{
	const struct yett_request_view *view = check_part(L, HEADERS_TYPE);
	const struct yett_request *request = view->request;
	struct yett_slice name = yett_text_check(L, 2);
	size_t len = 0;
	int found = 0;

	if (yett_request_field_is_reserved(name))
		return 0;
	*view->read |= YETT_FACT_HEADER;
	if (request->header_reads != NULL)
		yett_header_reads_add(request->header_reads, name);
	yett_vm_charge(L, request->header_count / 4);
	for (uint32_t i = 0; i < request->header_count; i++) {
		if (!yett_slice_eq_nocase(request->header[i].name, name))
			continue;
		len += request->header[i].value.len + 2;
		yett_text_bound(L, len);
		luaL_checkstack(L, 4, NULL);
		if (found++ > 0)
			lua_pushliteral(L, ", ");
		yett_text_push(L, request->header[i].value);
	}
	if (found == 0)
		return 0;
	lua_concat(L, 2 * found - 1);
	return 1;
}

/* --- the certificate ------------------------------------------------------ */

static const struct yett_certificate *
check_certificate(lua_State *L)
{
	const struct yett_request_view *view = check_part(L, CERTIFICATE_TYPE);

	/* A view is used again: this request may have no certificate. */
	if (!view->verified || view->request->peer.leaf == NULL)
		luaL_error(L, "a certificate of another request was used");
	*view->read |= YETT_FACT_IDENTITY;
	return view->request->peer.leaf;
}

static int
certificate_index(lua_State *L)
{
	const struct yett_certificate *leaf = check_certificate(L);

	switch ((enum certificate_field)lua_tointeger(L, 3)) {
	case CERTIFICATE_SUBJECT: yett_text_push(L, leaf->subject); return 1;
	case CERTIFICATE_ISSUER: yett_text_push(L, leaf->issuer); return 1;
	case CERTIFICATE_SERIAL: yett_text_push(L, leaf->serial); return 1;
	case CERTIFICATE_FINGERPRINT:
		yett_text_push(L, leaf->fingerprint);
		return 1;
	case CERTIFICATE_DNS:
		yett_view_push_list(L, leaf->dns, leaf->dns_count);
		return 1;
	case CERTIFICATE_EMAIL:
		yett_view_push_list(L, leaf->email, leaf->email_count);
		return 1;
	case CERTIFICATE_URI:
		yett_view_push_list(L, leaf->uri, leaf->uri_count);
		return 1;
	case CERTIFICATE_SPIFFE:
		push_optional(L, yett_certificate_spiffe(leaf));
		return 1;
	case CERTIFICATE_NOT_BEFORE:
		lua_pushinteger(L, leaf->not_before);
		return 1;
	case CERTIFICATE_NOT_AFTER:
		lua_pushinteger(L, leaf->not_after);
		return 1;
	}
	return luaL_error(L, "a certificate has no field '%s'",
	    luaL_tolstring(L, 2, NULL));
}

/* certificate:KIND_matches(pattern), as `identity = {}` of a path would. */
static int
certificate_matches(lua_State *L, enum yett_identity_kind kind)
{
	const struct yett_certificate *leaf = check_certificate(L);
	struct yett_slice pattern = yett_matcher_pattern(L, 2);
	struct yett_identity identity = { 0 };
	uint32_t values = leaf->dns_count + leaf->email_count +
	    leaf->uri_count + 1;

	identity.list[kind].glob = &pattern;
	identity.list[kind].count = 1;
	yett_vm_charge(L, values * pattern.len);
	lua_pushboolean(L, yett_identity_matches(&identity, leaf));
	return 1;
}

static int
dns_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_DNS);
}

static int
email_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_EMAIL);
}

static int
uri_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_URI);
}

static int
spiffe_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_SPIFFE);
}

static int
fingerprint_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_FINGERPRINT);
}

static int
subject_matches(lua_State *L)
{
	return certificate_matches(L, YETT_IDENTITY_SUBJECT);
}

/* --- the request ---------------------------------------------------------- */

/* Where paths have no case, functions see them in lower case, as rules are
 * matched. */
static void
push_path(lua_State *L, const struct yett_request_view *view)
{
	struct yett_slice path = view->request->path;
	luaL_Buffer folded;
	char *at;

	yett_text_bound(L, path.len);
	if (view->site == NULL || !view->site->ignore_case) {
		yett_text_push(L, path);
		return;
	}
	at = luaL_buffinitsize(L, &folded, path.len);
	for (size_t i = 0; i < path.len; i++)
		at[i] = yett_lower(path.at[i]);
	luaL_pushresultsize(&folded, path.len);
}

/* Push the field of the view in slot 1. */
static void
push_field(lua_State *L, const struct yett_request_view *view, int field)
{
	const struct yett_request *request = view->request;

	switch (field) {
	case REQUEST_METHOD:
		*view->read |= YETT_FACT_METHOD;
		yett_text_push(L, request->method);
		return;
	case REQUEST_PATH:
		*view->read |= YETT_FACT_PATH;
		push_path(L, view);
		return;
	case REQUEST_QUERY:
		*view->read |= YETT_FACT_QUERY;
		push_optional(L, request->query);
		return;
	case REQUEST_HOST:
		*view->read |= YETT_FACT_HOST;
		yett_text_push(L, request->host);
		return;
	case REQUEST_HEADERS: lua_getiuservalue(L, 1, HEADERS_SLOT); return;
	case REQUEST_CERTIFICATE:
		*view->read |= YETT_FACT_CERTIFICATE;
		if (view->verified && request->peer.leaf != NULL)
			lua_getiuservalue(L, 1, CERTIFICATE_SLOT);
		else
			lua_pushnil(L);
		return;
	default:
		yett_hello_push_field(L, request->hello,
		    (enum yett_hello_field)field, view->read);
	}
}

static int
request_index(lua_State *L)
{
	const struct yett_request_view *view = check_lent(L,
	    luaL_checkudata(L, 1, REQUEST_TYPE));

	if (lua_isnil(L, 3))
		return luaL_error(L, "a request has no field '%s'",
		    luaL_tolstring(L, 2, NULL));
	push_field(L, view, (int)lua_tointeger(L, 3));
	return 1;
}

/* req:offers_alpn "h2" */
static int
offers_alpn(lua_State *L)
{
	const struct yett_request_view *view = check_lent(L,
	    luaL_checkudata(L, 1, REQUEST_TYPE));

	yett_hello_push_offers(L, view->request->hello, yett_text_check(L, 2),
	    view->read);
	return 1;
}

/* Give the userdata on top, which holds `view`, a part in user value `slot`. */
static void
add_part(lua_State *L, const struct yett_request_view *view, int slot,
    const char *type, lua_CFunction index,
    const struct yett_view_member *members)
{
	struct part *part = lua_newuserdatauv(L, sizeof(*part), 1);

	part->view = view;
	lua_pushvalue(L, -2);
	lua_setiuservalue(L, -2, 1);
	yett_view_set_type(L, type, index, members);
	lua_setiuservalue(L, -2, slot);
}

struct yett_request_view *
yett_request_view_push(lua_State *L)
{
	static const struct yett_view_member members[] = {
		{ "alpn", YETT_HELLO_ALPN, NULL },
		{ "certificate", REQUEST_CERTIFICATE, NULL },
		{ "client_ip", YETT_HELLO_CLIENT_IP, NULL },
		{ "client_port", YETT_HELLO_CLIENT_PORT, NULL },
		{ "headers", REQUEST_HEADERS, NULL },
		{ "host", REQUEST_HOST, NULL },
		{ "method", REQUEST_METHOD, NULL },
		{ "offers_alpn", 0, offers_alpn },
		{ "path", REQUEST_PATH, NULL },
		{ "query", REQUEST_QUERY, NULL },
		{ "sni", YETT_HELLO_SNI, NULL },
		{ "version", YETT_HELLO_VERSION, NULL },
		{ NULL, 0, NULL },
	};
	static const struct yett_view_member certificate[] = {
		{ "dns", CERTIFICATE_DNS, NULL },
		{ "dns_matches", 0, dns_matches },
		{ "email", CERTIFICATE_EMAIL, NULL },
		{ "email_matches", 0, email_matches },
		{ "fingerprint", CERTIFICATE_FINGERPRINT, NULL },
		{ "fingerprint_matches", 0, fingerprint_matches },
		{ "issuer", CERTIFICATE_ISSUER, NULL },
		{ "not_after", CERTIFICATE_NOT_AFTER, NULL },
		{ "not_before", CERTIFICATE_NOT_BEFORE, NULL },
		{ "serial", CERTIFICATE_SERIAL, NULL },
		{ "spiffe", CERTIFICATE_SPIFFE, NULL },
		{ "spiffe_matches", 0, spiffe_matches },
		{ "subject", CERTIFICATE_SUBJECT, NULL },
		{ "subject_matches", 0, subject_matches },
		{ "uri", CERTIFICATE_URI, NULL },
		{ "uri_matches", 0, uri_matches },
		{ NULL, 0, NULL },
	};
	static const struct yett_view_member headers[] = { { NULL, 0, NULL } };
	struct yett_request_view *view = lua_newuserdatauv(L, sizeof(*view), 2);

	*view = (struct yett_request_view){ 0 };
	yett_view_set_type(L, REQUEST_TYPE, request_index, members);
	add_part(L, view, HEADERS_SLOT, HEADERS_TYPE, headers_index, headers);
	add_part(L, view, CERTIFICATE_SLOT, CERTIFICATE_TYPE, certificate_index,
	    certificate);
	return view;
}
