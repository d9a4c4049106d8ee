/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/caretaker.h"

#include <signal.h>
#include <time.h>

#include "base/clock.h"

#define ROUND_NS YETT_NS_PER_S

void
yett_caretaker_init(struct yett_caretaker *caretaker,
    struct yett_current *current, struct yett_ticket_keeper *tickets)
{
	pthread_condattr_t attributes;

	*caretaker = (struct yett_caretaker){ .current = current,
		.tickets = tickets };
	pthread_mutex_init(&caretaker->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&caretaker->wake, &attributes);
	pthread_condattr_destroy(&attributes);
}

void
yett_caretaker_clear(struct yett_caretaker *caretaker)
{
	pthread_cond_destroy(&caretaker->wake);
	pthread_mutex_destroy(&caretaker->lock);
}

/* True: it is over. */
static bool
rest(struct yett_caretaker *caretaker)
{
	uint64_t until = yett_clock_monotonic() + ROUND_NS;
	struct timespec deadline = {
		.tv_sec = (time_t)(until / YETT_NS_PER_S),
		.tv_nsec = (long)(until % YETT_NS_PER_S),
	};
	int late = 0;
	bool ending;

	pthread_mutex_lock(&caretaker->lock);
	while (!caretaker->ending && late == 0)
		late = pthread_cond_timedwait(&caretaker->wake,
		    &caretaker->lock, &deadline);
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
		yett_rollout_unref(&rollout);
	}
	return NULL;
}

enum yett_status
yett_caretaker_start(struct yett_caretaker *caretaker, struct yett_fault *fault)
{
	sigset_t all, before;
	int error;

	caretaker->ending = false; /* a start before this one may have failed */
	/* Signals are the program's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&caretaker->thread, NULL, run, caretaker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		return yett_fail_errno(fault, error,
		    "cannot start the caretaker's thread");
	caretaker->has_thread = true;
	return YETT_OK;
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
