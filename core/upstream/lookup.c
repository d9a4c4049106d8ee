/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/lookup.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"

/* How often the waiting looks whether it shall go on. */
#define LOOK_NS (20 * YETT_NS_PER_MS)

/* A look-up under way. Shared by who waits and the thread; `lock` guards what
 * follows it. The host's text follows the struct. */
struct job {
	yett_resolve *resolve;
	struct yett_slice host;
	uint16_t port;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int users;
	bool done;
	enum yett_status status;
	struct yett_fault fault;
	struct yett_lookup found;
};

static struct job *
make_job(const struct yett_lookup_env *env, struct yett_slice host,
    uint16_t port)
{
	struct job *job = calloc(1, sizeof(*job) + host.len + 1);
	char *text = (char *)(job + 1);

	if (job == NULL)
		return NULL;
	memcpy(text, host.at, host.len);
	job->resolve = env->resolve;
	job->host = (struct yett_slice){ text, host.len };
	job->port = port;
	job->users = 2;
	pthread_mutex_init(&job->lock, NULL);
	yett_condition_init(&job->changed);
	return job;
}

/* The lock is held, and let go. */
static void
release(struct job *job)
{
	bool last = --job->users == 0;

	pthread_mutex_unlock(&job->lock);
	if (!last)
		return;
	pthread_cond_destroy(&job->changed);
	pthread_mutex_destroy(&job->lock);
	free(job);
}

static void *
run(void *arg)
{
	struct job *job = arg;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_lookup found = { .count = 0 };
	enum yett_status status = job->resolve(found.address, YETT_LOOKUP_MOST,
	    &found.count, job->host, job->port, &fault);

	pthread_mutex_lock(&job->lock);
	job->status = status;
	job->fault = fault;
	job->found = found;
	job->done = true;
	pthread_cond_signal(&job->changed);
	release(job);
	return NULL;
}

static bool
is_abandoned(const struct yett_lookup_env *env)
{
	return env->abandoned != NULL && atomic_load(env->abandoned);
}

/* The lock is held. */
static enum yett_status
wait(struct job *job, const struct yett_lookup_env *env)
{
	while (!job->done) {
		uint64_t now = yett_clock_monotonic();

		if (is_abandoned(env))
			return YETT_E_LIMIT;
		if (env->until != 0 && now >= env->until)
			return YETT_E_NOT_FOUND;
		yett_condition_wait(&job->changed, &job->lock, now + LOOK_NS);
	}
	return YETT_OK;
}

/* Wait for the job, which is then let go. */
static enum yett_status
finish(struct job *job, const struct yett_lookup_env *env,
    struct yett_lookup *out, struct yett_fault *fault)
{
	enum yett_status status;

	pthread_mutex_lock(&job->lock);
	status = wait(job, env);
	if (status == YETT_E_LIMIT) {
		(void)yett_fail(fault, status, "the load was given up");
	} else if (status != YETT_OK) {
		(void)yett_fail(fault, status,
		    "host \"%.*s\" has no address yet: the resolver takes long",
		    YETT_ARG(job->host));
	} else {
		status = job->status;
		if (status == YETT_OK)
			*out = job->found;
		else
			(void)yett_fail(fault, status, "%s", job->fault.what);
	}
	release(job);
	return status;
}

enum yett_status
yett_lookup(struct yett_lookup *out, const struct yett_lookup_env *env,
    struct yett_slice host, uint16_t port, struct yett_fault *fault)
{
	struct job *job;
	pthread_t thread;
	int error;

	if (is_abandoned(env))
		return yett_fail(fault, YETT_E_LIMIT, "the load was given up");
	if (yett_address_parse(out->address, host, port, NULL) == YETT_OK) {
		out->count = 1;
		return YETT_OK;
	}
	job = make_job(env, host, port);
	if (job == NULL)
		return YETT_E_NOMEM;
	error = yett_thread_start(&thread, run, job);
	if (error != 0) {
		job->users = 1;
		pthread_mutex_lock(&job->lock);
		release(job);
		return yett_fail_errno(fault, error, "no thread to resolve in");
	}
	pthread_detach(thread);
	return finish(job, env, out, fault);
}
