/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <signal.h>
#include <time.h>

#include "base/clock.h"

int
yett_thread_start(pthread_t *out, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(out, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error;
}

void
yett_condition_init(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

void
yett_condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock,
    uint64_t at)
{
	const struct timespec until = {
		.tv_sec = (time_t)(at / YETT_NS_PER_S),
		.tv_nsec = (long)(at % YETT_NS_PER_S),
	};

	if (at == UINT64_MAX)
		pthread_cond_wait(condition, lock);
	else
		pthread_cond_timedwait(condition, lock, &until);
}
