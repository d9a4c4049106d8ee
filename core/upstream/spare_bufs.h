/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spare_bufs.h - read buffers that no link needs now, for the next one.
 * Worker-owned.
 */
#ifndef YETT_UPSTREAM_SPARE_BUFS_H
#define YETT_UPSTREAM_SPARE_BUFS_H

#include "base/buf.h"

#define YETT_SPARE_BUFS_MOST 16

/* All zero is fine: there are none. */
struct yett_spare_bufs {
	uint32_t count;
	struct yett_buf at[YETT_SPARE_BUFS_MOST];
};

/* Free them all. */
void yett_spare_bufs_clear(struct yett_spare_bufs *spares);

/* Into the empty `buf`, if there is one; and back, if it has `size` bytes of
 * memory, as all of them do; else it is freed. */
void yett_spare_bufs_take(struct yett_spare_bufs *spares, struct yett_buf *buf);
void yett_spare_bufs_give(struct yett_spare_bufs *spares, struct yett_buf *buf,
    size_t size);

#endif
