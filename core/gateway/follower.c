/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/follower.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"

#define ROUND_NS YETT_NS_PER_S
/* Files that are looked at in one round, beside those that changed. */
#define LOOKS_AT_ONCE 2048

struct yett_follower {
	struct yett_current *current; /* lent */
	yett_follower_renew *renew;
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool ending;
};

/* What is known of one file, beside how it looked when it was opened. */
struct seen {
	struct yett_file_stamp stamp; /* of the last look */
	struct yett_file_stamp tried; /* with which a load failed */
	bool is_changed, is_settled, was_tried;
};

/* The thread's own: of the files of one generation. */
struct watch {
	struct yett_rollout *rollout; /* a reference */
	struct seen *seen;
	size_t turn; /* the next to be looked at */
};

static void
watch_clear(struct watch *watch)
{
	free(watch->seen);
	yett_rollout_unref(&watch->rollout);
	*watch = (struct watch){ .turn = 0 };
}

/* Follow what is in force; without memory the old is followed on. */
static void
watch_current(struct watch *watch, struct yett_current *current)
{
	struct yett_rollout *rollout = yett_current_ref(current);
	struct watch next = { .rollout = rollout };

	if (rollout == watch->rollout) {
		yett_rollout_unref(&rollout);
		return;
	}
	next.seen = calloc(rollout->files.count + 1, sizeof(*next.seen));
	if (next.seen == NULL) {
		yett_rollout_unref(&rollout);
		return;
	}
	for (size_t i = 0; i < rollout->files.count; i++)
		next.seen[i].stamp = rollout->files.at[i].stamp;
	watch_clear(watch);
	*watch = next;
}

static void
look(const struct yett_named_file *file, struct seen *seen)
{
	struct yett_file_stamp now;

	yett_file_look(file->path, &now);
	/* One that is away is being replaced. */
	seen->is_settled = now.mode != 0 &&
	    yett_file_stamp_eq(&now, &seen->stamp);
	seen->is_changed = !yett_file_stamp_eq(&now, &file->stamp);
	seen->stamp = now;
}

static bool
was_tried(const struct seen *seen)
{
	return seen->was_tried &&
	    yett_file_stamp_eq(&seen->stamp, &seen->tried);
}

/* Look at what changed, and at some of the rest; true: it is time to load. */
static bool
look_around(struct watch *watch)
{
	const struct yett_named_files *files = &watch->rollout->files;
	bool is_due = false, is_settled = true;

	for (size_t i = 0; i < files->count && i < LOOKS_AT_ONCE; i++) {
		watch->turn = (watch->turn + 1) % files->count;
		if (!watch->seen[watch->turn].is_changed)
			look(&files->at[watch->turn],
			    &watch->seen[watch->turn]);
	}
	for (size_t i = 0; i < files->count; i++) {
		struct seen *seen = &watch->seen[i];

		if (!seen->is_changed)
			continue;
		look(&files->at[i], seen);
		is_settled &= !seen->is_changed || seen->is_settled;
		is_due |= seen->is_changed && !was_tried(seen);
	}
	return is_due && is_settled;
}

static void
note_failure(struct watch *watch)
{
	for (size_t i = 0; i < watch->rollout->files.count; i++) {
		struct seen *seen = &watch->seen[i];

		seen->was_tried = seen->is_changed;
		seen->tried = seen->stamp;
	}
}

/* True: it is over. */
static bool
rest(struct yett_follower *follower)
{
	uint64_t until = yett_clock_monotonic() + ROUND_NS;
	bool ending;

	pthread_mutex_lock(&follower->lock);
	while (!follower->ending && yett_clock_monotonic() < until)
		yett_condition_wait(&follower->wake, &follower->lock, until);
	ending = follower->ending;
	pthread_mutex_unlock(&follower->lock);
	return ending;
}

static bool
is_wanted(const struct yett_rollout *rollout)
{
	return yett_generation_settings(rollout->gen)->follow;
}

static void *
run(void *arg)
{
	struct yett_follower *follower = arg;
	struct watch watch = { .turn = 0 };

	while (!rest(follower)) {
		watch_current(&watch, follower->current);
		if (watch.rollout == NULL || !is_wanted(watch.rollout) ||
		    !look_around(&watch))
			continue;
		if (!follower->renew(follower->arg, watch.rollout))
			note_failure(&watch);
	}
	watch_clear(&watch);
	return NULL;
}

static void
release(struct yett_follower *follower)
{
	pthread_cond_destroy(&follower->wake);
	pthread_mutex_destroy(&follower->lock);
	free(follower);
}

enum yett_status
yett_follower_start(struct yett_follower **out, struct yett_current *current,
    yett_follower_renew *renew, void *arg, struct yett_fault *fault)
{
	struct yett_follower *follower = calloc(1, sizeof(*follower));
	int error;

	if (follower == NULL)
		return YETT_E_NOMEM;
	follower->current = current;
	follower->renew = renew;
	follower->arg = arg;
	pthread_mutex_init(&follower->lock, NULL);
	yett_condition_init(&follower->wake);
	error = yett_thread_start(&follower->thread, run, follower);
	if (error != 0) {
		release(follower);
		return yett_fail_errno(fault, error,
		    "no thread to follow files in");
	}
	*out = follower;
	return YETT_OK;
}

void
yett_follower_stop(struct yett_follower **follower)
{
	struct yett_follower *stopped = *follower;

	*follower = NULL;
	if (stopped == NULL)
		return;
	pthread_mutex_lock(&stopped->lock);
	stopped->ending = true;
	pthread_cond_signal(&stopped->wake);
	pthread_mutex_unlock(&stopped->lock);
	pthread_join(stopped->thread, NULL);
	release(stopped);
}
