/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/nomem.h"

#include <stdint.h>

static _Thread_local bool armed, failed;
static _Thread_local unsigned left;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_reallocarray(void *memory, size_t count, size_t size);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_reallocarray(void *memory, size_t count, size_t size);

void
nomem_arm(unsigned n)
{
	armed = true;
	failed = false;
	left = n;
}

bool
nomem_disarm(void)
{
	armed = false;
	return failed;
}

/* Only one fails: what comes after it must cope with memory, too. */
static bool
fails(void)
{
	if (!armed || failed)
		return false;
	failed = left == 0;
	left--;
	return failed;
}

void *
__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *memory, size_t size)
{
	return fails() ? NULL : __real_realloc(memory, size);
}

void *
__wrap_reallocarray(void *memory, size_t count, size_t size)
{
	return fails() ? NULL : __real_reallocarray(memory, count, size);
}

unsigned
nomem_each(bool (*body)(void *arg, unsigned n), void *arg)
{
	unsigned n = 0;

	while (body(arg, n))
		n++;
	return n;
}
