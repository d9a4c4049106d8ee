/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/health.h"

#include "base/clock.h"

static uint64_t
load(const struct yett_health *health)
{
	return atomic_load_explicit(&health->retry_at, memory_order_relaxed);
}

/* One second, doubled `trials` times, at most the longest. */
static uint64_t
pause_after(unsigned trials)
{
	uint64_t seconds = trials >= 6 ? YETT_HEALTH_LONGEST_S
				       : UINT64_C(1) << trials;

	return (seconds < YETT_HEALTH_LONGEST_S ? seconds
						: YETT_HEALTH_LONGEST_S) *
	    YETT_NS_PER_S;
}

/* Between four and six fifths of it. */
static uint64_t
with_jitter(uint64_t pause, uint32_t chance)
{
	return pause / 5 * 4 + pause / 5 * 2 / 1000 * (chance % 1000);
}

enum yett_health_state
yett_health_state(const struct yett_health *health, uint64_t now)
{
	uint64_t retry_at = load(health);

	if (retry_at == 0)
		return YETT_HEALTH_UP;
	return now >= retry_at ? YETT_HEALTH_DUE : YETT_HEALTH_DOWN;
}

uint64_t
yett_health_retry_at(const struct yett_health *health)
{
	return load(health);
}

bool
yett_health_claim(struct yett_health *health, uint64_t now)
{
	uint64_t retry_at = load(health);
	unsigned trials = atomic_load_explicit(&health->trials,
	    memory_order_relaxed);

	return retry_at != 0 && now >= retry_at &&
	    atomic_compare_exchange_strong(&health->retry_at, &retry_at,
		now + pause_after(trials));
}

/* Of several failures at once the first one counts. */
static bool
go_down(struct yett_health *health, uint64_t now, uint32_t chance)
{
	uint64_t up = 0;

	if (!atomic_compare_exchange_strong(&health->retry_at, &up,
		now + with_jitter(pause_after(0), chance)))
		return false;
	atomic_store_explicit(&health->trials, 0, memory_order_relaxed);
	return true;
}

bool
yett_health_fail(struct yett_health *health, enum yett_health_blow blow,
    bool is_trial, uint64_t now, uint32_t chance)
{
	uint64_t retry_at = load(health);
	unsigned trials;

	if (retry_at != 0) {
		if (!is_trial)
			return false;
		trials = atomic_fetch_add_explicit(&health->trials, 1,
			     memory_order_relaxed) +
		    1;
		/* Unless it came up meanwhile. */
		(void)atomic_compare_exchange_strong(&health->retry_at,
		    &retry_at, now + with_jitter(pause_after(trials), chance));
		return false;
	}
	if (blow == YETT_BLOW_ANSWER &&
	    atomic_fetch_add_explicit(&health->strikes, 1,
		memory_order_relaxed) +
		    1 <
		YETT_HEALTH_STRIKES)
		return false;
	return go_down(health, now, chance);
}

bool
yett_health_answer(struct yett_health *health)
{
	/* Mostly there is nothing to write: workers share this line. */
	if (atomic_load_explicit(&health->strikes, memory_order_relaxed) != 0)
		atomic_store_explicit(&health->strikes, 0,
		    memory_order_relaxed);
	return load(health) != 0 && atomic_exchange(&health->retry_at, 0) != 0;
}
