/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heap.h - the memory of one Lua state.
 *
 * Small objects are cut from blocks by size and reused by size, because Lua
 * mostly allocates and frees small ones. All blocks are freed at once, so that
 * closing a state with millions of objects need not free each. One thread at a
 * time.
 */
#ifndef YETT_SCRIPT_HEAP_H
#define YETT_SCRIPT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

/* Objects up to this are cut from blocks. configure says 0 when the address
 * sanitizer is to see each by itself. */
#ifndef YETT_HEAP_SMALL
#define YETT_HEAP_SMALL 1024
#endif

#define YETT_HEAP_STEP 16 /* alignment, and between two sizes */

struct yett_heap_block;
struct yett_heap_large;

/* All zero is a valid empty heap. */
struct yett_heap {
	struct yett_heap_block *blocks;
	char *at; /* rest of the newest block */
	size_t left;
	/* By size: what was freed, chained. */
	void *freed[YETT_HEAP_SMALL / YETT_HEAP_STEP + 1];
	struct yett_heap_large *large;
	bool closing; /* nothing is freed by itself any more */
};

/*
 * As realloc(), with the size that `memory` has: NULL has none. `size` 0 frees
 * and gives NULL. NULL otherwise: memory is out, and `memory` is as it was.
 */
void *
yett_heap_resize(struct yett_heap *heap, void *memory, size_t old, size_t size);

/* Free all that there is; what was given is gone. */
void yett_heap_clear(struct yett_heap *heap);

#endif
