/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/foreground.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "cli/complaint.h"

static void
reload(struct yett_gateway *gateway, const char *policy)
{
	struct yett_complaint complaint;

	/* The library logs why; the report has the mistakes with their lines.
	 */
	yett_complaint_init(&complaint);
	if (yett_gateway_load(gateway, policy, &complaint.report, NULL) !=
	    YETT_OK)
		fputs("yett: not reloaded, the old policy stays in force\n",
		    stderr);
}

static void
ending_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
}

/* A drain, and the thread beside it that waits for a second signal. Shared:
 * `done` is atomic. */
struct drain {
	struct yett_gateway *gateway;
	atomic_bool done;
};

/* The second signal means "now". SIGHUP comes from drain() when it is done;
 * one from outside has nothing to reload any more. */
static void *
stop_on_signal(void *arg)
{
	struct drain *drain = arg;
	sigset_t set;
	int number;

	ending_signals(&set);
	sigaddset(&set, SIGHUP);
	while (sigwait(&set, &number) == 0 && !atomic_load(&drain->done))
		if (number != SIGHUP) {
			yett_gateway_stop(drain->gateway);
			break;
		}
	return NULL;
}

static void
drain(struct yett_gateway *gateway)
{
	struct drain drain = { .gateway = gateway };
	pthread_t impatient;
	int error = pthread_create(&impatient, NULL, stop_on_signal, &drain);

	yett_gateway_drain(gateway);
	if (error != 0)
		return;
	atomic_store(&drain.done, true);
	pthread_kill(impatient, SIGHUP);
	pthread_join(impatient, NULL);
}

void
yett_foreground_block_signals(void)
{
	sigset_t set;

	ending_signals(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

bool
yett_foreground_is_ending(void)
{
	sigset_t pending;

	return sigpending(&pending) == 0 &&
	    (sigismember(&pending, SIGTERM) == 1 ||
		sigismember(&pending, SIGINT) == 1);
}

void
yett_foreground_wait(struct yett_gateway *gateway, const char *policy)
{
	sigset_t set;

	ending_signals(&set);
	sigaddset(&set, SIGHUP);
	for (;;) {
		int number = sigwaitinfo(&set, NULL);

		if (number == SIGHUP) {
			reload(gateway, policy);
		} else if (number == SIGTERM || number == SIGINT) {
			drain(gateway);
			return;
		}
		/* Else EINTR: stopped and continued, or traced. */
	}
}
