/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/codec.h"

/* A spare buffer that grew beyond this is freed. */
#define SPARE_MOST 65536

void
yett_codec_count_expiry(struct yett_counters *counters, enum yett_wait waits)
{
	enum yett_expired expired = YETT_EXPIRED_ANSWER;

	switch (waits) {
	case YETT_WAIT_IDLE: expired = YETT_EXPIRED_IDLE; break;
	case YETT_WAIT_HEAD: expired = YETT_EXPIRED_HEAD; break;
	case YETT_WAIT_BODY: expired = YETT_EXPIRED_BODY; break;
	case YETT_WAIT_READER: expired = YETT_EXPIRED_READER; break;
	case YETT_WAIT_TUNNEL: expired = YETT_EXPIRED_TUNNEL; break;
	case YETT_WAIT_UPSTREAM: break;
	}
	yett_count(counters, YETT_COUNT_EXPIRED + expired);
}

void
yett_codec_lend(struct yett_buf *spare, struct yett_buf *buf)
{
	if (buf->cap != 0)
		return;
	*buf = *spare;
	*spare = (struct yett_buf){ 0 };
}

void
yett_codec_take_back(struct yett_buf *spare, struct yett_buf *buf)
{
	if (yett_buf_len(buf) > 0) {
		yett_buf_fit(buf);
		return;
	}
	if (spare->cap != 0 || buf->cap > SPARE_MOST) {
		yett_buf_clear(buf);
		return;
	}
	*spare = *buf;
	*buf = (struct yett_buf){ 0 };
}
