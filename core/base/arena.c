/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/pages.h"

/* Blocks double from the first size to a huge page. */
#define FIRST_CAP 8192

struct yett_arena_block {
	struct yett_arena_block *older;
	size_t used;
	size_t cap;
	alignas(max_align_t) char bytes[];
};

void
yett_arena_clear(struct yett_arena *arena)
{
	struct yett_arena_block *block = arena->last;

	while (block != NULL) {
		struct yett_arena_block *older = block->older;

		free(block);
		block = older;
	}
	arena->last = NULL;
}

/* `cap` zeroed bytes behind a header. NULL when memory is out. */
static struct yett_arena_block *
new_block(size_t cap)
{
	struct yett_arena_block *block = yett_pages_alloc(sizeof(*block) + cap);

	if (block != NULL)
		block->cap = cap;
	return block;
}

static size_t
next_cap(const struct yett_arena *arena)
{
	size_t most = YETT_PAGES_HUGE - sizeof(struct yett_arena_block);

	if (arena->last == NULL)
		return FIRST_CAP;
	return arena->last->cap < most / 2 ? arena->last->cap * 2 : most;
}

static struct yett_arena_block *
add_block(struct yett_arena *arena, size_t size)
{
	size_t cap = next_cap(arena);
	bool large = size > cap / 4;
	struct yett_arena_block *block = new_block(large ? size : cap);

	if (block == NULL)
		return NULL;
	/* A large block goes behind the one that still has room. */
	if (large && arena->last != NULL) {
		block->older = arena->last->older;
		arena->last->older = block;
	} else {
		block->older = arena->last;
		arena->last = block;
	}
	return block;
}

void *
yett_arena_alloc(struct yett_arena *arena, size_t size)
{
	struct yett_arena_block *block = arena->last;
	size_t align = alignof(max_align_t);
	size_t need;

	if (size > SIZE_MAX / 2)
		return NULL;
	need = (size + align) / align * align;
	if (block == NULL || block->cap - block->used < need)
		block = add_block(arena, need);
	if (block == NULL)
		return NULL;
	block->used += need;
	return block->bytes + block->used - need;
}

struct yett_slice
yett_arena_copy(struct yett_arena *arena, struct yett_slice bytes)
{
	char *copy = yett_arena_alloc(arena, bytes.len + 1);

	if (copy == NULL)
		return YETT_SLICE_NONE;
	if (bytes.len > 0)
		memcpy(copy, bytes.at, bytes.len);
	return (struct yett_slice){ copy, bytes.len };
}
