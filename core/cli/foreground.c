/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/foreground.h"

#include <pthread.h>
#include <signal.h>

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

/* Runs beside a drain: the second signal means "now". */
static void *
stop_on_signal(void *arg)
{
	sigset_t set;
	int signal_number;

	ending_signals(&set);
	if (sigwait(&set, &signal_number) == 0) {
		pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
		yett_gateway_stop(arg);
	}
	return NULL;
}

static void
drain(struct yett_gateway *gateway)
{
	pthread_t impatient;
	int error = pthread_create(&impatient, NULL, stop_on_signal, gateway);

	yett_gateway_drain(gateway);
	if (error != 0)
		return;
	pthread_cancel(impatient);
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
		int signal_number = sigwaitinfo(&set, NULL);

		if (signal_number == SIGHUP) {
			reload(gateway, policy);
		} else if (signal_number == SIGTERM ||
		    signal_number == SIGINT) {
			drain(gateway);
			return;
		}
		/* Else EINTR: stopped and continued, or traced. */
	}
}
