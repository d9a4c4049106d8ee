/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/resolver.h"

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

/* So long a stop waits for the thread. */
#define PATIENCE_MS 100
/* So long after the last attempt names without any address are tried again. */
#define LACKING_NS YETT_NS_PER_S

struct yett_resolver {
	atomic_uint users; /* the gateway, and the thread */
	pthread_t thread;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t wake;
	struct yett_current *current; /* lent until stopped */
	bool is_stopped;
	bool is_changed; /* another policy is in force */
};

/* When what was done, or is to be; monotonic. The thread's own. */
struct turns {
	uint64_t last;    /* all names */
	uint64_t lacking; /* next: those without an address */
};

static void
release(struct yett_resolver *resolver)
{
	if (atomic_fetch_sub(&resolver->users, 1) > 1)
		return;
	pthread_cond_destroy(&resolver->wake);
	pthread_mutex_destroy(&resolver->lock);
	free(resolver);
}

static bool
is_stopped(void *arg)
{
	struct yett_resolver *resolver = arg;
	bool stopped;

	pthread_mutex_lock(&resolver->lock);
	stopped = resolver->is_stopped;
	pthread_mutex_unlock(&resolver->lock);
	return stopped;
}

/* What is in force, unless stopped; the lock is held. */
static struct yett_rollout *
take_rollout(struct yett_resolver *resolver)
{
	return resolver->is_stopped ? NULL
				    : yett_current_ref(resolver->current);
}

/* When names are resolved again that were at `last`; the lock is held. */
static uint64_t
next_after(struct yett_resolver *resolver, uint64_t last)
{
	struct yett_rollout *rollout = take_rollout(resolver);
	uint32_t ms = 0;

	if (rollout != NULL)
		ms = yett_generation_settings(rollout->gen)->timeouts.resolve;
	yett_rollout_unref(&rollout);
	return ms == 0 ? UINT64_MAX : last + ms * YETT_NS_PER_MS;
}

static uint64_t
earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Until it is time for one or the other, or stopped; the lock is held. */
static void
wait_for_turn(struct yett_resolver *resolver, const struct turns *turns)
{
	while (!resolver->is_stopped && !resolver->is_changed) {
		uint64_t at = earlier(next_after(resolver, turns->last),
		    turns->lacking);

		if (yett_clock_monotonic() >= at)
			return;
		yett_condition_wait(&resolver->wake, &resolver->lock, at);
	}
}

/* A load takes over what is known of names, so all are looked up after it. */
static void
look_up(struct yett_resolver *resolver, const struct yett_rollout *rollout,
    struct turns *turns, bool all)
{
	bool lacking;

	if (all) {
		yett_targets_refresh(rollout->targets, yett_address_resolve,
		    is_stopped, resolver);
		turns->last = yett_clock_monotonic();
	}
	lacking = yett_targets_refresh_lacking(rollout->targets,
	    yett_address_resolve, is_stopped, resolver);
	turns->lacking = lacking ? yett_clock_monotonic() + LACKING_NS
				 : UINT64_MAX;
}

static void *
run(void *arg)
{
	struct yett_resolver *resolver = arg;
	struct turns turns = { yett_clock_monotonic(), 0 };
	struct yett_rollout *rollout;

	for (;;) {
		bool all;

		pthread_mutex_lock(&resolver->lock);
		wait_for_turn(resolver, &turns);
		all = resolver->is_changed ||
		    yett_clock_monotonic() >= next_after(resolver, turns.last);
		resolver->is_changed = false;
		rollout = take_rollout(resolver);
		pthread_mutex_unlock(&resolver->lock);
		if (rollout == NULL)
			break;
		look_up(resolver, rollout, &turns, all);
		yett_rollout_unref(&rollout);
	}
	release(resolver);
	return NULL;
}

enum yett_status
yett_resolver_start(struct yett_resolver **out, struct yett_current *current,
    struct yett_fault *fault)
{
	struct yett_resolver *resolver = calloc(1, sizeof(*resolver));
	int error;

	if (resolver == NULL)
		return YETT_E_NOMEM;
	resolver->current = current;
	atomic_init(&resolver->users, 2);
	pthread_mutex_init(&resolver->lock, NULL);
	yett_condition_init(&resolver->wake);
	error = yett_thread_start(&resolver->thread, run, resolver);
	if (error != 0) {
		release(resolver);
		release(resolver);
		return yett_fail_errno(fault, error, "no thread to resolve in");
	}
	*out = resolver;
	return YETT_OK;
}

void
yett_resolver_wake(struct yett_resolver *resolver)
{
	if (resolver == NULL)
		return;
	pthread_mutex_lock(&resolver->lock);
	resolver->is_changed = true;
	pthread_cond_signal(&resolver->wake);
	pthread_mutex_unlock(&resolver->lock);
}

void
yett_resolver_stop(struct yett_resolver **resolver)
{
	struct yett_resolver *stopped = *resolver;
	struct timespec until;

	*resolver = NULL;
	if (stopped == NULL)
		return;
	pthread_mutex_lock(&stopped->lock);
	stopped->is_stopped = true;
	pthread_cond_signal(&stopped->wake);
	pthread_mutex_unlock(&stopped->lock);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += PATIENCE_MS * (long)YETT_NS_PER_MS;
	until.tv_sec += until.tv_nsec / (long)YETT_NS_PER_S;
	until.tv_nsec %= (long)YETT_NS_PER_S;
	if (pthread_timedjoin_np(stopped->thread, NULL, &until) != 0)
		pthread_detach(stopped->thread);
	release(stopped);
}
