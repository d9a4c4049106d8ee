/* SPDX-License-Identifier: Apache-2.0 */
/*
 * matcher_object.h - cidr {}, set {} and glob "" as Lua objects.
 *
 * Created once, when the policy runs; functions only query them. Each set is a
 * userdata that owns an arena.
 */
#ifndef YETT_SCRIPT_MATCHER_OBJECT_H
#define YETT_SCRIPT_MATCHER_OBJECT_H

#include "policy/facts.h"
#include "policy/matcher.h"
#include "script/vm.h"

/* cidr { "10.0.0.0/8", ... } has :contains(address). A malformed member gives
 * nil, what is wrong with it, and its index. */
int yett_matcher_cidr(lua_State *L);

/* set { "a", "b" } has :contains(text). Failures as above. */
int yett_matcher_set(lua_State *L);

/*
 * glob "PATTERN" has :matches(text). What a star does not cross follows from
 * the pattern: '/' in a path or URI, '@' in an address, ',' in a subject
 * ("CN=*"), else '.' in a name.
 */
int yett_matcher_glob(lua_State *L);

/* The pattern of the glob object or string in slot `index`; raises when it is
 * neither. Lent while the slot holds it. */
struct yett_slice yett_matcher_pattern(lua_State *L, int index);

/* Push "192.0.2.1" or "2001:db8::1". */
void yett_address_push(lua_State *L, const struct yett_ip *ip);

/* address("192.0.2.01") -> its canonical text, or nil. */
int yett_address_normal(lua_State *L);

#endif
