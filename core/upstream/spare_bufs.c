/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/spare_bufs.h"

void
yett_spare_bufs_clear(struct yett_spare_bufs *spares)
{
	while (spares->count > 0)
		yett_buf_clear(&spares->at[--spares->count]);
}

void
yett_spare_bufs_take(struct yett_spare_bufs *spares, struct yett_buf *buf)
{
	if (spares->count > 0)
		*buf = spares->at[--spares->count];
}

void
yett_spare_bufs_give(struct yett_spare_bufs *spares, struct yett_buf *buf,
    size_t size)
{
	if (buf->cap != size || spares->count == YETT_SPARE_BUFS_MOST) {
		yett_buf_clear(buf);
		return;
	}
	spares->at[spares->count++] = *buf;
	*buf = (struct yett_buf){ 0 };
}
