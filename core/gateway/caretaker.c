/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/caretaker.h"

#include "base/clock.h"
#include "base/thread.h"

#define ROUND_NS YETT_NS_PER_S

void
yett_caretaker_init(struct yett_caretaker *caretaker,
    struct yett_current *current, struct yett_ticket_keeper *tickets)
{
	*caretaker = (struct yett_caretaker){ .current = current,
		.tickets = tickets };
	pthread_mutex_init(&caretaker->lock, NULL);
	yett_condition_init(&caretaker->wake);
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
	bool ending;

	pthread_mutex_lock(&caretaker->lock);
	while (!caretaker->ending && yett_clock_monotonic() < until)
		yett_condition_wait(&caretaker->wake, &caretaker->lock, until);
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
		yett_access_log_tend(rollout->access);
		yett_rollout_unref(&rollout);
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
