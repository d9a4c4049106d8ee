/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define BLOCK_SIZE 8192

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

static struct yett_arena_block *
add_block(struct yett_arena *arena, size_t size)
{
	size_t cap = size > BLOCK_SIZE / 4 ? size : BLOCK_SIZE;
	struct yett_arena_block *block;

	if (cap > SIZE_MAX - sizeof(*block))
		return NULL;
	block = calloc(1, sizeof(*block) + cap);
	if (block == NULL)
		return NULL;
	block->cap = cap;
	/* A large block goes behind the one that still has room. */
	if (cap != BLOCK_SIZE && arena->last != NULL) {
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
