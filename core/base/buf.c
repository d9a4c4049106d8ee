/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>

/* The first allocation; small answers and heads fit. */
#define FIRST_CAP 1024
#define FIT_LEAST 4096 /* less is not worth a move */

void
yett_buf_clear(struct yett_buf *buf)
{
	free(buf->memory);
	*buf = (struct yett_buf){ 0 };
}

enum yett_status
yett_buf_grow(struct yett_buf *buf, size_t len)
{
	size_t used = yett_buf_len(buf);
	size_t cap = buf->cap < FIRST_CAP ? FIRST_CAP : buf->cap;
	char *memory;

	if (len > SIZE_MAX / 4 - used)
		return YETT_E_NOMEM;
	if (buf->start > 0 && buf->cap - used >= len) {
		memmove(buf->memory, buf->memory + buf->start, used);
		buf->start = 0;
		buf->end = used;
		return YETT_OK;
	}
	while (cap < used + len)
		cap *= 2;
	memory = malloc(cap);
	if (memory == NULL)
		return YETT_E_NOMEM;
	if (used > 0)
		memcpy(memory, buf->memory + buf->start, used);
	free(buf->memory);
	*buf = (struct yett_buf){ memory, 0, used, cap };
	return YETT_OK;
}

void
yett_buf_fit(struct yett_buf *buf)
{
	size_t used = yett_buf_len(buf);
	char *memory;

	if (used == 0) {
		yett_buf_clear(buf);
		return;
	}
	if (buf->cap - used < FIT_LEAST)
		return;
	if (buf->start > 0)
		memmove(buf->memory, buf->memory + buf->start, used);
	buf->start = 0;
	buf->end = used;
	memory = realloc(buf->memory, used);
	if (memory == NULL)
		return; /* it is as good as before */
	buf->memory = memory;
	buf->cap = used;
}

enum yett_status
yett_buf_printf(struct yett_buf *buf, const char *format, ...)
{
	enum yett_status status;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return YETT_E_ARGUMENT;
	status = yett_buf_reserve(buf, (size_t)len + 1);
	if (status != YETT_OK)
		return status;
	va_start(args, format);
	vsnprintf(yett_buf_tail(buf), (size_t)len + 1, format, args);
	va_end(args);
	yett_buf_added(buf, (size_t)len);
	return YETT_OK;
}
