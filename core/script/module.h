/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module.h - the Lua modules of lua/ that are compiled into the library.
 *
 * As text, never as bytecode; the array is generated at build. Frozen.
 */
#ifndef YETT_SCRIPT_MODULE_H
#define YETT_SCRIPT_MODULE_H

#include <stddef.h>

struct yett_module {
	const char *name; /* "yett.language.load" */
	const char *text; /* Lua source, NUL-terminated */
	size_t len;       /* without the NUL */
};

extern const struct yett_module yett_modules[];
extern const size_t yett_module_count;

#endif
