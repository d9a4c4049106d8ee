/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of a Lua state: what is written stays, whatever moves around. */
#include "script/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OBJECTS 500
#define STEPS 200000

struct object {
	unsigned char *at;
	size_t size;
	unsigned char fill;
};

static size_t
random_size(void)
{
	/* Around the border between small and large, and well beyond. */
	static const size_t most[] = { 40, 200, YETT_HEAP_SMALL + 40, 9000 };

	return 1 + (size_t)rand() % most[rand() % 4];
}

static void
check(const struct object *object)
{
	assert_int_equal((uintptr_t)object->at % YETT_HEAP_STEP, 0);
	for (size_t i = 0; i < object->size; i++)
		assert_int_equal(object->at[i], object->fill);
}

/* Resize one; what both sizes have must be kept. */
static void
resize(struct yett_heap *heap, struct object *object, size_t size)
{
	struct object kept = *object;

	kept.at = yett_heap_resize(heap, object->at, object->size, size);
	if (size < kept.size)
		kept.size = size;
	if (size == 0)
		assert_null(kept.at);
	else
		check(&kept);
	kept.size = size;
	kept.fill = (unsigned char)rand();
	if (size > 0)
		memset(kept.at, kept.fill, size);
	*object = kept;
}

static void
test_random_sizes(void **state)
{
	static struct object object[OBJECTS];
	struct yett_heap heap = { 0 };

	(void)state;
	srand(20261125);
	for (int i = 0; i < STEPS; i++) {
		struct object *one = &object[rand() % OBJECTS];

		check(one);
		resize(&heap, one, rand() % 4 == 0 ? 0 : random_size());
	}
	for (int i = 0; i < OBJECTS; i++)
		check(&object[i]);
	heap.closing = true;
	resize(&heap, &object[0], 0);
	yett_heap_clear(&heap);
	assert_null(heap.blocks);
}

/* What was freed is used again before more is taken, unless the sanitizer is to
 * see that it was freed. */
static void
test_freed_is_used_again(void **state)
{
	struct yett_heap heap = { 0 };
	char *one, *two;

	(void)state;
	if (YETT_HEAP_SMALL == 0)
		return;
	one = yett_heap_resize(&heap, NULL, 0, 40);
	assert_null(yett_heap_resize(&heap, one, 40, 0));
	two = yett_heap_resize(&heap, NULL, 0, 33);
	assert_ptr_equal(one, two);
	assert_ptr_equal(yett_heap_resize(&heap, two, 33, 48), two);
	yett_heap_clear(&heap);
}

static void
test_too_much(void **state)
{
	struct yett_heap heap = { 0 };
	char *one = yett_heap_resize(&heap, NULL, 0, 2000);

	(void)state;
	assert_null(yett_heap_resize(&heap, NULL, 0, SIZE_MAX - 4));
	assert_null(yett_heap_resize(&heap, one, 2000, SIZE_MAX - 4));
	memset(one, 1, 2000);
	yett_heap_clear(&heap);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_sizes),
		cmocka_unit_test(test_freed_is_used_again),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests_name("heap", tests, NULL, NULL);
}
