/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field.h - header fields: which one it is, and how its value is read.
 *
 * A field borrows its bytes. Names are compared without case; where a field
 * tells who the client is, how it came or how the message is framed, `_` counts
 * as `-`, for many upstreams see no difference. A framing field that is
 * spelled so makes head.h refuse the head.
 */
#ifndef YETT_HTTP_FIELD_H
#define YETT_HTTP_FIELD_H

#include <stdint.h>

#include "base/slice.h"

/* Fields that somebody in Yett acts on. */
enum yett_field_id {
	YETT_FIELD_OTHER,

	/* framing and routing */
	YETT_FIELD_HOST,
	YETT_FIELD_CONTENT_LENGTH,
	YETT_FIELD_TRANSFER_ENCODING,
	YETT_FIELD_EXPECT,
	YETT_FIELD_MAX_FORWARDS,

	/* for this hop only (RFC 9110, section 7.6.1, and older custom) */
	YETT_FIELD_CONNECTION,
	YETT_FIELD_KEEP_ALIVE,
	YETT_FIELD_PROXY_CONNECTION,
	YETT_FIELD_PROXY_AUTHENTICATE,
	YETT_FIELD_PROXY_AUTHORIZATION,
	YETT_FIELD_TE,
	YETT_FIELD_TRAILER,
	YETT_FIELD_UPGRADE,
	YETT_FIELD_HTTP2_SETTINGS,

	/* who the client is: set by Yett or by nobody */
	YETT_FIELD_CLIENT_CERT,       /* RFC 9440 */
	YETT_FIELD_CLIENT_CERT_CHAIN, /* RFC 9440 */
	YETT_FIELD_X_FORWARDED_CLIENT_CERT,
	YETT_FIELD_X_FORWARDED_TLS_CLIENT_CERT, /* and ...-cert-info */
	YETT_FIELD_X_ARR_CLIENTCERT,
	YETT_FIELD_X_CLIENT_CERT,
	YETT_FIELD_SSL_CLIENT, /* any ssl-client-... or x-ssl-... */

	/* how the client came: set by Yett or by nobody */
	YETT_FIELD_FORWARDED, /* RFC 7239 */
	YETT_FIELD_X_FORWARDED_FOR,
	YETT_FIELD_X_FORWARDED_PROTO,
	YETT_FIELD_X_FORWARDED_HOST,
	YETT_FIELD_X_FORWARDED_PORT,
	YETT_FIELD_X_FORWARDED, /* any other x-forwarded-... */
	YETT_FIELD_X_REAL_IP,

	YETT_FIELD_OVERRIDE, /* any that names another path, method or host:
				for nobody unless a rule keeps it */

	/* what the gateway says of itself: nobody else may, either way */
	YETT_FIELD_YETT, /* any yett-... */

	/* who logs in, and how */
	YETT_FIELD_AUTHORIZATION,
	YETT_FIELD_WWW_AUTHENTICATE,

	/* read when answering */
	YETT_FIELD_VIA,
	YETT_FIELD_ACCEPT,
	YETT_FIELD_ORIGIN,
	YETT_FIELD_ACCESS_CONTROL_REQUEST_METHOD,
	YETT_FIELD_CONTENT_TYPE,
	YETT_FIELD_DATE,
	YETT_FIELD_SERVER,
	YETT_FIELD_LOCATION,

	YETT_FIELD_IDS
};

struct yett_field {
	struct yett_slice name;  /* as sent; a token */
	struct yett_slice value; /* as sent, without white space around it */
	enum yett_field_id id;
	/* Both are known to be what they must be: the parser took them, or they
	 * were made of nothing else. Where it is not set, writing looks. */
	bool is_sound;
	/* Connection names it, so that it is for this hop alone; not set for
	 * what is so by itself. The parser's. */
	bool is_named;
};

/* Which field `name` names; OTHER when nobody acts on it. */
enum yett_field_id yett_field_id(struct yett_slice name);

/* Made by us: the name is a literal or comes from a frozen rule. */
static inline struct yett_field
yett_field_of(struct yett_slice name, struct yett_slice value)
{
	return (struct yett_field){ .name = name,
		.value = value,
		.id = yett_field_id(name) };
}

/* Never forwarded: it is about this hop (RFC 9110, section 7.6.1). */
bool yett_field_is_hop_by_hop(enum yett_field_id id);

/* Could it tell an upstream who the client is? Inbound copies are removed. */
bool yett_field_is_identity(enum yett_field_id id);

/* Is it one that only the gateway itself sets? Copies are removed, of requests
 * and of answers. */
bool yett_field_is_ours(enum yett_field_id id);

/* Could it tell an upstream how the client came? */
bool yett_field_is_forwarding(enum yett_field_id id);

/* One of the three above: what a client sends under such a name is for nobody
 * to read. */
bool yett_field_is_reserved(enum yett_field_id id);

/* Does a name begin with `known`, which is lower case? Without case, and `_` is
 * taken for `-`, as the most careless reader compares. */
bool yett_field_name_begins(struct yett_slice name, const char *known);

/* A token of RFC 9110, section 5.6.2, of at least one byte. */
bool yett_is_token(struct yett_slice text);

/* Bytes a value may have: no control bytes but tab (RFC 9110, section 5.5). */
bool yett_is_field_value(struct yett_slice text);

/*
 * Take the next element off the front of the comma list `rest` into `element`,
 * without white space around it; empty elements are skipped (RFC 9110, section
 * 5.6.1). A comma inside a quoted string does not separate. False at the end.
 */
bool yett_list_next(struct yett_slice *rest, struct yett_slice *element);

/* Is `token` an element of the comma list, without case? */
bool yett_list_has(struct yett_slice list, struct yett_slice token);

/* The first field with this id, or NULL. */
const struct yett_field *yett_field_find(const struct yett_field *field,
    size_t count, enum yett_field_id id);

/* Can Connection name it, so that it is not forwarded? Not framing, Host,
 * identity or forwarding fields: a client could otherwise remove what Yett
 * vouches for. */
bool yett_field_may_be_named(enum yett_field_id id);

#endif
