/* SPDX-License-Identifier: Apache-2.0 */
#include "script/heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Blocks grow with the heap: the state of a worker is small. */
#define BLOCK_LEAST ((size_t)16 * 1024)
#define BLOCK_MOST ((size_t)1024 * 1024)

struct yett_heap_block {
	struct yett_heap_block *next;
	size_t size;
};

/* Before the bytes of an object of its own. */
struct yett_heap_large {
	struct yett_heap_large *next, *previous;
};

/* --- small --------------------------------------------------------------- */

static size_t
class_of(size_t size)
{
	return (size + YETT_HEAP_STEP - 1) / YETT_HEAP_STEP;
}

static bool
add_block(struct yett_heap *heap)
{
	size_t size = heap->blocks == NULL ? BLOCK_LEAST
					   : heap->blocks->size * 2;
	struct yett_heap_block *block;

	if (size > BLOCK_MOST)
		size = BLOCK_MOST;
	block = malloc(size);
	if (block == NULL)
		return false;
	*block = (struct yett_heap_block){ heap->blocks, size };
	heap->blocks = block;
	heap->at = (char *)(block + 1);
	heap->left = size - sizeof(*block);
	return true;
}

static void *
take_small(struct yett_heap *heap, size_t class)
{
	size_t size = class * YETT_HEAP_STEP;
	void *taken = heap->freed[class];

	if (taken != NULL) {
		memcpy(&heap->freed[class], taken, sizeof(void *));
		return taken;
	}
	if (heap->left < size && !add_block(heap))
		return NULL;
	taken = heap->at;
	heap->at += size;
	heap->left -= size;
	return taken;
}

static void
give_small(struct yett_heap *heap, void *memory, size_t class)
{
	if (heap->closing)
		return;
	memcpy(memory, &heap->freed[class], sizeof(void *));
	heap->freed[class] = memory;
}

/* --- large --------------------------------------------------------------- */

static void
link_large(struct yett_heap *heap, struct yett_heap_large *large)
{
	large->previous = NULL;
	large->next = heap->large;
	if (heap->large != NULL)
		heap->large->previous = large;
	heap->large = large;
}

static void
unlink_large(struct yett_heap *heap, const struct yett_heap_large *large)
{
	if (large->next != NULL)
		large->next->previous = large->previous;
	if (large->previous != NULL)
		large->previous->next = large->next;
	else
		heap->large = large->next;
}

static void *
take_large(struct yett_heap *heap, size_t size)
{
	struct yett_heap_large *large = size > SIZE_MAX - sizeof(*large)
	    ? NULL
	    : malloc(sizeof(*large) + size);

	if (large == NULL)
		return NULL;
	link_large(heap, large);
	return large + 1;
}

static void
give_large(struct yett_heap *heap, void *memory)
{
	struct yett_heap_large *large = (struct yett_heap_large *)memory - 1;

	if (heap->closing)
		return;
	unlink_large(heap, large);
	free(large);
}

static void *
resize_large(struct yett_heap *heap, void *memory, size_t size)
{
	struct yett_heap_large *large = (struct yett_heap_large *)memory - 1;
	struct yett_heap_large *moved;

	if (size > SIZE_MAX - sizeof(*large))
		return NULL;
	unlink_large(heap, large);
	moved = realloc(large, sizeof(*large) + size);
	link_large(heap, moved != NULL ? moved : large);
	return moved != NULL ? moved + 1 : NULL;
}

/* --- all ----------------------------------------------------------------- */

static void *
take(struct yett_heap *heap, size_t size)
{
	return size <= YETT_HEAP_SMALL ? take_small(heap, class_of(size))
				       : take_large(heap, size);
}

static void
give(struct yett_heap *heap, void *memory, size_t size)
{
	if (memory == NULL)
		return;
	if (size <= YETT_HEAP_SMALL)
		give_small(heap, memory, class_of(size));
	else
		give_large(heap, memory);
}

void *
yett_heap_resize(struct yett_heap *heap, void *memory, size_t old, size_t size)
{
	void *moved;

	if (size == 0) {
		give(heap, memory, old);
		return NULL;
	}
	if (memory == NULL)
		return take(heap, size);
	if (old > YETT_HEAP_SMALL && size > YETT_HEAP_SMALL)
		return resize_large(heap, memory, size);
	if (old <= YETT_HEAP_SMALL && size <= YETT_HEAP_SMALL &&
	    class_of(old) == class_of(size))
		return memory;
	moved = take(heap, size);
	if (moved == NULL)
		return NULL;
	memcpy(moved, memory, old < size ? old : size);
	give(heap, memory, old);
	return moved;
}

void
yett_heap_clear(struct yett_heap *heap)
{
	for (struct yett_heap_block *block = heap->blocks, *next; block != NULL;
	     block = next) {
		next = block->next;
		free(block);
	}
	for (struct yett_heap_large *large = heap->large, *next; large != NULL;
	     large = next) {
		next = large->next;
		free(large);
	}
	*heap = (struct yett_heap){ 0 };
}
