/* SPDX-License-Identifier: Apache-2.0 */
#include "request/pace.h"

/* How far what is waited for has come, in a unit of its own. A head has its
 * time from its first byte, however slowly more come. */
static uint64_t
mark_of(const struct yett_progress *progress, enum yett_wait waits)
{
	switch (waits) {
	case YETT_WAIT_HEAD: return progress->answered;
	case YETT_WAIT_READER: return progress->sent;
	case YETT_WAIT_IDLE:
	case YETT_WAIT_BODY: return progress->got;
	case YETT_WAIT_UPSTREAM:
	case YETT_WAIT_TUNNEL: break;
	}
	return progress->got + progress->sent;
}

/* What a deadline is renewed for: bodies move at a rate, in either direction,
 * for a byte now and then would be an attack. */
static uint64_t
least(const struct yett_settings *settings, const struct yett_pace_terms *terms,
    enum yett_wait waits)
{
	uint64_t rate = terms->is_set ? terms->rate : settings->limits.rate;
	uint64_t bytes = 0;

	if (waits == YETT_WAIT_BODY || waits == YETT_WAIT_READER)
		bytes = rate * settings->timeouts.body / 1000;
	return bytes > 0 ? bytes : 1;
}

bool
yett_pace_renews(struct yett_pace *pace, const struct yett_settings *settings,
    const struct yett_pace_terms *terms, enum yett_wait waits,
    const struct yett_progress *progress)
{
	uint64_t mark = mark_of(progress, waits);

	if (waits == pace->waits &&
	    mark - pace->mark < least(settings, terms, waits))
		return false;
	*pace = (struct yett_pace){ waits, mark };
	return true;
}

uint32_t
yett_pace_timeout(const struct yett_settings *settings,
    const struct yett_pace_terms *terms, enum yett_wait waits)
{
	switch (waits) {
	case YETT_WAIT_IDLE: return settings->timeouts.idle;
	case YETT_WAIT_HEAD: return settings->timeouts.head;
	case YETT_WAIT_TUNNEL:
		return terms->is_set ? terms->tunnel
				     : settings->timeouts.tunnel;
	case YETT_WAIT_UPSTREAM: return 0;
	case YETT_WAIT_BODY:
	case YETT_WAIT_READER: break;
	}
	return settings->timeouts.body;
}
