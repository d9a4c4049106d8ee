/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena.h - memory that is freed all at once.
 *
 * Owns every block it returns; no block is freed alone. All zero is a valid
 * empty arena. One thread at a time.
 */
#ifndef YETT_BASE_ARENA_H
#define YETT_BASE_ARENA_H

#include "base/slice.h"

struct yett_arena {
	struct yett_arena_block *last; /* newest block, NULL when empty */
};

/* Free everything; the arena is empty and usable. */
void yett_arena_clear(struct yett_arena *arena);

/*
 * `size` zeroed bytes, aligned for any type, valid until the arena is cleared.
 * NULL when memory is out. A size of 0 gives a unique pointer.
 */
void *yett_arena_alloc(struct yett_arena *arena, size_t size);

/* A NUL-terminated copy; at is NULL when memory is out. */
struct yett_slice
yett_arena_copy(struct yett_arena *arena, struct yett_slice bytes);

#endif
