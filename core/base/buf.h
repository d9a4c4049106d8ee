/* SPDX-License-Identifier: Apache-2.0 */
/*
 * buf.h - a growing queue of bytes: appended at the end, consumed at the
 * start.
 *
 * Owns its memory; all zero is a valid empty buffer. Clearing an empty buffer
 * frees its memory; idle connections do that. Slices into its content are
 * valid until the next call that changes it.
 */
#ifndef YETT_BASE_BUF_H
#define YETT_BASE_BUF_H

#include <stdarg.h>

#include "base/slice.h"
#include "base/status.h"

struct yett_buf {
	char *memory; /* NULL while cap is 0 */
	size_t start; /* first byte not consumed */
	size_t end;   /* one past the last byte */
	size_t cap;   /* bytes of memory */
};

/* Free the memory; the buffer is empty and usable. */
void yett_buf_clear(struct yett_buf *buf);

static inline size_t
yett_buf_len(const struct yett_buf *buf)
{
	return buf->end - buf->start;
}

/* All bytes not consumed. */
static inline struct yett_slice
yett_buf_slice(const struct yett_buf *buf)
{
	/* C17, 6.5.6: not even 0 may be added to NULL. */
	if (buf->memory == NULL)
		return (struct yett_slice){ "", 0 };
	return (struct yett_slice){ buf->memory + buf->start,
		buf->end - buf->start };
}

static inline char *
yett_buf_tail(struct yett_buf *buf)
{
	return buf->memory + buf->end;
}

/* How many bytes can be written at the tail now. */
static inline size_t
yett_buf_room(const struct yett_buf *buf)
{
	return buf->cap - buf->end;
}

/* What yett_buf_reserve() does where there is no room; not to be called. */
YETT_MUST_USE
enum yett_status yett_buf_grow(struct yett_buf *buf, size_t len);

/*
 * Make room for `len` more bytes behind the content, moving or growing it.
 * After that, write at yett_buf_tail() and tell with yett_buf_added().
 * YETT_E_NOMEM: nothing changed.
 *
 * Inline, like yett_buf_append(): answers are put together from many small
 * pieces, and most find room.
 */
YETT_MUST_USE
static inline enum yett_status
yett_buf_reserve(struct yett_buf *buf, size_t len)
{
	return buf->cap != 0 && yett_buf_room(buf) >= len
	    ? YETT_OK
	    : yett_buf_grow(buf, len);
}

static inline void
yett_buf_added(struct yett_buf *buf, size_t len)
{
	buf->end += len;
}

/* Forget the first `len` bytes, which must be there. */
static inline void
yett_buf_consume(struct yett_buf *buf, size_t len)
{
	buf->start += len;
	if (buf->start == buf->end)
		buf->start = buf->end = 0;
}

/* YETT_E_NOMEM: nothing changed. */
YETT_MUST_USE
static inline enum yett_status
yett_buf_append(struct yett_buf *buf, struct yett_slice bytes)
{
	enum yett_status status = yett_buf_reserve(buf, bytes.len);

	if (status != YETT_OK)
		return status;
	if (bytes.len > 0)
		memcpy(yett_buf_tail(buf), bytes.at, bytes.len);
	yett_buf_added(buf, bytes.len);
	return YETT_OK;
}

/* For bytes that will stay a while: give back the memory that holds none of
 * them, where that is much. Cannot fail; moves the bytes. */
void yett_buf_fit(struct yett_buf *buf);

/* Append as printf would; no terminating NUL is kept. */
YETT_MUST_USE
enum yett_status yett_buf_printf(struct yett_buf *buf, const char *format, ...)
    YETT_PRINTF(2, 3);

#endif
