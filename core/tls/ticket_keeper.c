/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ticket_keeper.h"

#include "base/clock.h"
#include "base/log.h"

enum yett_status
yett_ticket_keeper_open(struct yett_ticket_keeper *keeper,
    struct yett_fault *fault)
{
	*keeper = (struct yett_ticket_keeper){ .off = false };
	pthread_mutex_init(&keeper->lock, NULL);
	keeper->turned = yett_clock_monotonic();
	keeper->period = YETT_TICKET_LIFE_S * YETT_NS_PER_S;
	atomic_init(&keeper->id, 1);
	return yett_ticket_ring_make(&keeper->own, fault);
}

void
yett_ticket_keeper_close(struct yett_ticket_keeper *keeper)
{
	yett_ticket_ring_unref(&keeper->own);
	yett_ticket_ring_unref(&keeper->from_file);
	pthread_mutex_destroy(&keeper->lock);
}

/* Under the lock. */
static void
changed(struct yett_ticket_keeper *keeper)
{
	atomic_fetch_add(&keeper->id, 1);
}

void
yett_ticket_keeper_follow(struct yett_ticket_keeper *keeper,
    const struct yett_settings *settings, struct yett_ticket_ring **from_file)
{
	pthread_mutex_lock(&keeper->lock);
	yett_ticket_ring_unref(&keeper->from_file);
	keeper->from_file = *from_file;
	*from_file = NULL;
	keeper->looked_at = keeper->from_file != NULL
	    ? keeper->from_file->stamp
	    : (struct yett_file_stamp){ .mode = 0 };
	keeper->off = settings->tickets.off;
	keeper->period = settings->tickets.rotate * YETT_NS_PER_MS;
	changed(keeper);
	pthread_mutex_unlock(&keeper->lock);
}

/* --- tending ------------------------------------------------------------ */

static void
log_failed(const struct yett_fault *fault)
{
	char quoted[600];

	yett_log(YETT_LOG_ERROR, "ticket-keys-failed", "where=\"%s\" error=%s",
	    fault->where,
	    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(fault->what)));
}

/* Put *ring in the place of `old`, unless somebody else has put another there
 * meanwhile. */
static void
replace(struct yett_ticket_keeper *keeper, struct yett_ticket_ring **place,
    const struct yett_ticket_ring *old, struct yett_ticket_ring **ring)
{
	uint32_t count = (*ring)->count;
	bool is_old;

	pthread_mutex_lock(&keeper->lock);
	is_old = *place == old;
	if (is_old) {
		struct yett_ticket_ring *taken = *place;

		*place = *ring;
		*ring = taken;
		changed(keeper);
	}
	pthread_mutex_unlock(&keeper->lock);
	yett_ticket_ring_unref(ring);
	if (is_old)
		yett_log(YETT_LOG_INFO, "ticket-keys-changed", "keys=%u",
		    count);
}

static void
turn_own(struct yett_ticket_keeper *keeper, struct yett_ticket_ring *old,
    uint64_t now)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_ticket_ring *ring = NULL;

	if (yett_ticket_ring_turn(&ring, old, now, &fault) != YETT_OK) {
		log_failed(&fault);
		return;
	}
	replace(keeper, &keeper->own, old, &ring);
}

/* Forget the roots whose last tickets have died. */
static void
trim_own(struct yett_ticket_keeper *keeper, struct yett_ticket_ring *old,
    uint64_t now)
{
	struct yett_ticket_ring *ring = NULL;

	/* Without memory it is tried again in a second. */
	if (yett_ticket_ring_trim(&ring, old, now) == YETT_OK)
		replace(keeper, &keeper->own, old, &ring);
}

/* Whether the file is another than was read, or refused, before. */
static bool
is_new(struct yett_ticket_keeper *keeper, const struct yett_ticket_ring *old)
{
	struct yett_file_stamp stamp;
	bool new;

	yett_file_look(old->path, &stamp);
	if (yett_file_stamp_eq(&stamp, &old->stamp))
		return false;
	pthread_mutex_lock(&keeper->lock);
	new = !yett_file_stamp_eq(&stamp, &keeper->looked_at);
	keeper->looked_at = stamp;
	pthread_mutex_unlock(&keeper->lock);
	return new;
}

static void
read_again(struct yett_ticket_keeper *keeper, struct yett_ticket_ring *old)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_ticket_ring *ring = NULL;

	if (!is_new(keeper, old))
		return;
	if (yett_ticket_ring_read(&ring, old->path, &fault) != YETT_OK) {
		log_failed(&fault);
		return;
	}
	replace(keeper, &keeper->from_file, old, &ring);
}

void
yett_ticket_keeper_tend(struct yett_ticket_keeper *keeper, uint64_t now)
{
	struct yett_ticket_ring *own, *from_file;
	bool due;

	pthread_mutex_lock(&keeper->lock);
	own = yett_ticket_ring_ref(keeper->own);
	from_file = yett_ticket_ring_ref(keeper->from_file);
	due = from_file == NULL && now - keeper->turned >= keeper->period;
	if (due)
		keeper->turned = now;
	pthread_mutex_unlock(&keeper->lock);
	if (from_file != NULL)
		read_again(keeper, from_file);
	if (due)
		turn_own(keeper, own, now);
	else if (yett_ticket_ring_is_stale(own, now))
		trim_own(keeper, own, now);
	yett_ticket_ring_unref(&own);
	yett_ticket_ring_unref(&from_file);
}

/* --- using -------------------------------------------------------------- */

const struct yett_ticket_ring *
yett_ticket_user_ring(struct yett_ticket_user *user)
{
	struct yett_ticket_keeper *keeper = user->keeper;

	if (user->id == atomic_load(&keeper->id))
		return user->ring;
	yett_ticket_ring_unref(&user->ring);
	pthread_mutex_lock(&keeper->lock);
	user->id = atomic_load(&keeper->id);
	if (!keeper->off)
		user->ring = yett_ticket_ring_ref(keeper->from_file != NULL
			? keeper->from_file
			: keeper->own);
	pthread_mutex_unlock(&keeper->lock);
	return user->ring;
}

void
yett_ticket_user_clear(struct yett_ticket_user *user)
{
	yett_ticket_ring_unref(&user->ring);
	user->id = 0;
}
