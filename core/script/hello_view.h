/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hello_view.h - the ClientHello as a function of a policy sees it.
 *
 * One userdata per instance, lent for one call: afterwards it is empty, and a
 * script that kept it gets an error instead of freed memory. It records each
 * field that the function reads.
 */
#ifndef YETT_SCRIPT_HELLO_VIEW_H
#define YETT_SCRIPT_HELLO_VIEW_H

#include "policy/facts.h"
#include "script/vm.h"

struct yett_hello_view {
	const struct yett_hello *hello; /* NULL between calls */
	uint32_t *read;                 /* set of enum yett_fact */
};

/* Push an empty view. */
struct yett_hello_view *yett_hello_view_push(lua_State *L);

/* What requests show of their ClientHello, too. */
enum yett_hello_field {
	YETT_HELLO_SNI = 1,
	YETT_HELLO_ALPN,
	YETT_HELLO_VERSION,
	YETT_HELLO_CLIENT_IP,
	YETT_HELLO_CLIENT_PORT,
	YETT_HELLO_POST_HANDSHAKE_AUTH,
	YETT_HELLO_FIELDS, /* one past the last */
};

/* Push the value of a field, nil when it is absent; notes it in *read. */
void yett_hello_push_field(lua_State *L, const struct yett_hello *hello,
    enum yett_hello_field field, uint32_t *read);

/* Push whether `protocol` is among the ALPN names offered. */
void yett_hello_push_offers(lua_State *L, const struct yett_hello *hello,
    struct yett_slice protocol, uint32_t *read);

/* --- for views: a metatable whose __index knows its fields --------------- */

/* A field (an index) or a method. */
struct yett_view_member {
	const char *name;
	int field; /* 0: it is a method */
	lua_CFunction method;
};

/*
 * Give the userdata on top the metatable `type`, made the first time. For what
 * is no method its __index calls `index` with the view, which is of that type,
 * in slot 1, the key in slot 2 and the field (or nil) in slot 3.
 */
void yett_view_set_type(lua_State *L, const char *type, lua_CFunction index,
    const struct yett_view_member *members);

/* Push an array of strings. */
void yett_view_push_list(lua_State *L, const struct yett_slice *list,
    uint32_t count);

#endif
