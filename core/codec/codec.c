/* SPDX-License-Identifier: Apache-2.0 */
#include "codec/codec.h"

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
