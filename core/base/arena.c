/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

/*
 * Blocks double from the first to the last size. The last is a huge page: in a
 * policy of 100,000 sites half of the time of a look-up goes into finding
 * pages of 4 KiB.
 */
#define FIRST_CAP 8192
#define HUGE_SIZE ((size_t)2 << 20)

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
	size_t size = sizeof(struct yett_arena_block) + cap;
	struct yett_arena_block *block;

	if (size != HUGE_SIZE) {
		block = calloc(1, size);
	} else {
		block = aligned_alloc(HUGE_SIZE, HUGE_SIZE);
		if (block == NULL)
			return NULL;
		/* Only advice: small pages do as well, but slower. */
		(void)madvise(block, HUGE_SIZE, MADV_HUGEPAGE);
		memset(block, 0, HUGE_SIZE);
	}
	if (block != NULL)
		block->cap = cap;
	return block;
}

static size_t
next_cap(const struct yett_arena *arena)
{
	size_t most = HUGE_SIZE - sizeof(struct yett_arena_block);

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
