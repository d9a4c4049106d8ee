/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rig.h - what the parts of the scenario rig share.
 *
 * The rig is a Lua interpreter for plays: a gateway process, a server that
 * plays the origin, TLS clients under full control and certificates, all to be
 * had from Lua. Every wait has a deadline. What goes wrong in the rig itself
 * raises a Lua error and fails the play; what the gateway does is returned, so
 * that the play judges it. Objects are userdata and clean up when collected.
 */
#ifndef RIG_RIG_H
#define RIG_RIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lauxlib.h>
#include <lua.h>

/* Waits that a play does not bound itself end after this many seconds. */
#define RIG_PATIENCE 20.0

/* Nanoseconds of the monotonic clock, `seconds` from now. */
uint64_t rig_deadline(double seconds);

/* The number of seconds in argument `index`, or RIG_PATIENCE. */
double rig_seconds(lua_State *L, int index);

/* Wait until `fd` is ready for `events` of poll(2); false: too late. */
bool rig_wait(int fd, short events, uint64_t deadline);

/* Keep at most about so many bytes that are not read; 0: as usual. */
void rig_set_window(int fd, int window);

/* A connected, non-blocking socket to 127.0.0.1; -1 and errno if refused. */
int rig_dial(unsigned port);
int rig_dial_blocking(unsigned port);

/* Small pieces must not wait for each other's acknowledgement. */
void rig_send_at_once(int fd);

/* A listening socket on 127.0.0.1 and its port; -1 and errno if none. */
int rig_listen(unsigned *port);

/* Close `fd` so that the other side sees a reset. */
void rig_reset(int fd);

/* Table at `index`: optional fields. Text is valid while the table holds it. */
const char *rig_text_field(lua_State *L, int index, const char *name);
bool rig_flag_field(lua_State *L, int index, const char *name);
lua_Integer rig_number_field(lua_State *L, int index, const char *name,
    lua_Integer otherwise);

/* Make the metatable of a userdata type, with its methods and its `__gc`. */
void rig_type(lua_State *L, const char *name, const luaL_Reg *methods,
    lua_CFunction gc);

/* What a deliberate step of a client found, pushed as nil and a word. */
int rig_push_failure(lua_State *L, const char *word);

/* Each adds its functions to the table on the top of the stack. */
void rig_open_certificate(lua_State *L);
void rig_open_client(lua_State *L);
void rig_open_hpack(lua_State *L);
void rig_open_load(lua_State *L);
void rig_open_origin(lua_State *L);
void rig_open_process(lua_State *L);
void rig_open_relay(lua_State *L);
void rig_open_wire(lua_State *L);

#endif
