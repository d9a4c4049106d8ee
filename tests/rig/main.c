/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - runs one play: rig PLAY.lua
 *
 * The words of a play are in play.lua beside this file; it gets the parts of
 * the rig as the table `rig`. A play that hangs is ended by SIGALRM, and its
 * gateway with it. The folder of the play's files is removed at the end.
 */
#include "rig/rig.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lualib.h>

#include "base/clock.h"
#include "tls/library.h"

#define TIME_LIMIT 100 /* seconds for one play, unless RIG_TIME_LIMIT */

static char folder[] = "/tmp/yett-play-XXXXXX";

static int
remove_one(const char *path, const struct stat *facts, int type,
    struct FTW *walk)
{
	(void)facts;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Only calls that a signal handler may make. */
static void
too_late(int number)
{
	static const char text[] = "not ok - the play took too long\n";

	(void)number;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

static int
rig_now(lua_State *L)
{
	lua_pushnumber(L, (lua_Number)yett_clock_monotonic() / 1e9);
	return 1;
}

/* rig.pass(seconds): for what only time brings about, such as expiry */
static int
rig_pass(lua_State *L)
{
	usleep((useconds_t)(luaL_checknumber(L, 1) * 1e6));
	return 0;
}

static void
open_rig(lua_State *L)
{
	const char *build = getenv("TOP_BUILDDIR");
	const char *source = getenv("TOP_SRCDIR");
	const char *flags = getenv("SAN_FLAGS");

	lua_newtable(L);
	rig_open_certificate(L);
	rig_open_client(L);
	rig_open_hpack(L);
	rig_open_load(L);
	rig_open_origin(L);
	rig_open_process(L);
	rig_open_relay(L);
	rig_open_wire(L);
	lua_pushcfunction(L, rig_now);
	lua_setfield(L, -2, "now");
	lua_pushcfunction(L, rig_pass);
	lua_setfield(L, -2, "pass");
	lua_pushstring(L, folder);
	lua_setfield(L, -2, "folder");
	lua_pushstring(L, build != NULL ? build : ".");
	lua_setfield(L, -2, "build");
	lua_pushstring(L, source != NULL ? source : ".");
	lua_setfield(L, -2, "source");
	lua_pushboolean(L, flags != NULL && flags[0] != '\0');
	lua_setfield(L, -2, "sanitized");
	lua_setglobal(L, "rig");
}

static int
traceback(lua_State *L)
{
	luaL_traceback(L, L, lua_tostring(L, 1), 1);
	return 1;
}

/* play.lua is called with the path of the play and prints the TAP. */
static bool
run(lua_State *L, const char *play)
{
	bool fine;

	luaL_openlibs(L);
	open_rig(L);
	lua_pushcfunction(L, traceback);
	lua_getglobal(L, "rig");
	lua_getfield(L, -1, "source");
	lua_pushliteral(L, "/tests/rig/play.lua");
	lua_concat(L, 2);
	if (luaL_loadfile(L, lua_tostring(L, -1)) != LUA_OK) {
		printf("Bail out! %s\n", lua_tostring(L, -1));
		return false;
	}
	lua_pushstring(L, play);
	fine = lua_pcall(L, 1, 1, 1) == LUA_OK;
	if (!fine)
		printf("Bail out! %s\n", lua_tostring(L, -1));
	return fine && lua_toboolean(L, -1);
}

int
main(int argc, char **argv)
{
	const char *limit = getenv("RIG_TIME_LIMIT");
	struct yett_fault fault = YETT_FAULT_NONE;
	lua_State *L;
	bool fine;

	if (argc != 2) {
		fprintf(stderr, "usage: rig PLAY.lua\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGALRM, too_late);
	alarm(limit != NULL ? (unsigned)atoi(limit) : TIME_LIMIT);
	if (yett_tls_library_init(&fault) != YETT_OK ||
	    mkdtemp(folder) == NULL) {
		printf("Bail out! %s %s\n", fault.what, strerror(errno));
		return 2;
	}
	L = luaL_newstate();
	fine = L != NULL && run(L, argv[1]);
	if (L != NULL)
		lua_close(L);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return fine ? 0 : 1;
}
