/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/caretaker.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"

#define ROUND_NS YETT_NS_PER_S

struct yett_kept_rollout {
	struct yett_kept_rollout *next;
	struct yett_rollout *rollout;
};

void
yett_caretaker_init(struct yett_caretaker *caretaker,
    struct yett_current *current, struct yett_ticket_keeper *tickets,
    struct yett_crl_store *lists)
{
	*caretaker = (struct yett_caretaker){ .current = current,
		.tickets = tickets,
		.lists = lists };
	pthread_mutex_init(&caretaker->lock, NULL);
	yett_condition_init(&caretaker->wake);
}

static void
drop(struct yett_kept_rollout *kept)
{
	yett_rollout_unref(&kept->rollout);
	free(kept);
}

void
yett_caretaker_clear(struct yett_caretaker *caretaker)
{
	while (caretaker->kept != NULL) {
		struct yett_kept_rollout *kept = caretaker->kept;

		caretaker->kept = kept->next;
		drop(kept);
	}
	yett_renewal_clear(&caretaker->ends);
	pthread_cond_destroy(&caretaker->wake);
	pthread_mutex_destroy(&caretaker->lock);
}

void
yett_caretaker_keep(struct yett_caretaker *caretaker,
    struct yett_rollout *rollout)
{
	struct yett_kept_rollout *kept = malloc(sizeof(*kept));

	if (kept == NULL)
		return;
	kept->rollout = yett_rollout_ref(rollout);
	pthread_mutex_lock(&caretaker->lock);
	kept->next = caretaker->kept;
	caretaker->kept = kept;
	pthread_mutex_unlock(&caretaker->lock);
}

/* One that nobody else has any more, or NULL. */
static struct yett_kept_rollout *
take_forsaken(struct yett_caretaker *caretaker)
{
	struct yett_kept_rollout **at = &caretaker->kept, *taken;

	pthread_mutex_lock(&caretaker->lock);
	while (*at != NULL && !yett_rollout_is_alone((*at)->rollout))
		at = &(*at)->next;
	taken = *at;
	if (taken != NULL)
		*at = taken->next;
	pthread_mutex_unlock(&caretaker->lock);
	return taken;
}

static void
free_forsaken(struct yett_caretaker *caretaker)
{
	struct yett_kept_rollout *forsaken;

	while ((forsaken = take_forsaken(caretaker)) != NULL)
		drop(forsaken);
	yett_crl_store_sweep(caretaker->lists);
}

/* Those of older generations, too: a tunnel may write to one for days. */
static void
tend_access_logs(struct yett_caretaker *caretaker)
{
	pthread_mutex_lock(&caretaker->lock);
	for (const struct yett_kept_rollout *kept = caretaker->kept;
	     kept != NULL; kept = kept->next)
		yett_access_log_tend(kept->rollout->access);
	pthread_mutex_unlock(&caretaker->lock);
}

/* True: it is over. */
static bool
rest(struct yett_caretaker *caretaker)
{
	uint64_t until = yett_clock_monotonic() + ROUND_NS;
	bool ending;

	pthread_mutex_lock(&caretaker->lock);
	while (!caretaker->ending && !caretaker->hurried &&
	    yett_clock_monotonic() < until)
		yett_condition_wait(&caretaker->wake, &caretaker->lock, until);
	caretaker->hurried = false;
	ending = caretaker->ending;
	pthread_mutex_unlock(&caretaker->lock);
	return ending;
}

static void *
run(void *arg)
{
	struct yett_caretaker *caretaker = arg;

	while (!rest(caretaker)) {
		struct yett_rollout *rollout = yett_current_ref(
		    caretaker->current);

		yett_ticket_keeper_tend(caretaker->tickets,
		    yett_clock_monotonic());
		yett_credentials_tend(rollout->credentials,
		    (int64_t)(yett_clock_wall() / YETT_NS_PER_S));
		yett_renewal_tend(&caretaker->ends, rollout,
		    (int64_t)(yett_clock_wall() / YETT_NS_PER_S));
		yett_rollout_unref(&rollout);
		free_forsaken(caretaker);
		tend_access_logs(caretaker);
	}
	return NULL;
}

enum yett_status
yett_caretaker_start(struct yett_caretaker *caretaker, struct yett_fault *fault)
{
	int error;

	caretaker->ending = false; /* a start before this one may have failed */
	error = yett_thread_start(&caretaker->thread, run, caretaker);
	if (error != 0)
		return yett_fail_errno(fault, error,
		    "cannot start the caretaker's thread");
	caretaker->has_thread = true;
	return YETT_OK;
}

void
yett_caretaker_hurry(struct yett_caretaker *caretaker)
{
	pthread_mutex_lock(&caretaker->lock);
	caretaker->hurried = true;
	pthread_cond_signal(&caretaker->wake);
	pthread_mutex_unlock(&caretaker->lock);
}

void
yett_caretaker_stop(struct yett_caretaker *caretaker)
{
	if (!caretaker->has_thread)
		return;
	pthread_mutex_lock(&caretaker->lock);
	caretaker->ending = true;
	pthread_cond_signal(&caretaker->wake);
	pthread_mutex_unlock(&caretaker->lock);
	pthread_join(caretaker->thread, NULL);
	caretaker->has_thread = false;
}
