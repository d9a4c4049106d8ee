/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/foreground.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "cli/notify.h"

/* Loads the policy again and again, in a thread of its own, so that a policy
 * that never ends keeps nobody from ending the gateway. Shared: under `lock`.
 */
struct reloader {
	struct yett_gateway *gateway;
	const char *policy;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool asked, quit;
};

/* What standard error has no room for is dropped: nobody may be reading it, and
 * a reload that waits would keep the gateway from ending. A pipe that poll(2)
 * says is writable takes PIPE_BUF bytes. That is no error of the stream, which
 * would hand over nothing more: all is taken. */
static ssize_t
write_where_room(void *cookie, const char *text, size_t len)
{
	struct pollfd room = { .fd = STDERR_FILENO, .events = POLLOUT };
	size_t done = 0;

	(void)cookie;
	while (
	    done < len && poll(&room, 1, 0) == 1 && room.revents == POLLOUT) {
		size_t rest = len - done;
		ssize_t wrote = write(STDERR_FILENO, text + done,
		    rest < PIPE_BUF ? rest : PIPE_BUF);

		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
	return (ssize_t)len;
}

static void
reload(struct reloader *reloader)
{
	struct yett_complaint complaint;
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status;
	FILE *out = fopencookie(NULL, "w",
	    (cookie_io_functions_t){ .write = write_where_room });

	/* The library logs why; the report has the mistakes with their lines.
	 */
	yett_complaint_init(&complaint);
	if (out != NULL)
		setvbuf(out, NULL, _IOLBF, BUFSIZ);
	complaint.out = out;
	yett_notify_reloading();
	status = yett_gateway_load(reloader->gateway, reloader->policy,
	    out == NULL ? NULL : &complaint.report, &fault);
	if (status != YETT_OK && out != NULL)
		fputs("yett: not reloaded, the old policy stays in force\n",
		    out);
	if (status == YETT_OK)
		yett_notify("READY=1\nSTATUS=Serving %s.", reloader->policy);
	else
		yett_notify("READY=1\nSTATUS=Serving an older %s: the new one "
			    "was refused: %s: %s",
		    reloader->policy, fault.where, fault.what);
	if (out != NULL)
		fclose(out);
}

static void *
reload_when_asked(void *arg)
{
	struct reloader *reloader = arg;

	pthread_mutex_lock(&reloader->lock);
	while (!reloader->quit) {
		if (!reloader->asked) {
			pthread_cond_wait(&reloader->changed, &reloader->lock);
			continue;
		}
		reloader->asked = false;
		pthread_mutex_unlock(&reloader->lock);
		reload(reloader);
		pthread_mutex_lock(&reloader->lock);
	}
	pthread_mutex_unlock(&reloader->lock);
	return NULL;
}

static void
tell_reloader(struct reloader *reloader, bool quit)
{
	pthread_mutex_lock(&reloader->lock);
	reloader->asked = true;
	reloader->quit = quit;
	pthread_cond_signal(&reloader->changed);
	pthread_mutex_unlock(&reloader->lock);
}

/* As sigwaitinfo(), and meanwhile the service manager hears that all is well,
 * as long as every worker turns. */
static int
await_signal(const sigset_t *set, struct yett_gateway *gateway)
{
	struct timespec pause;
	int number;

	if (!yett_notify_watchdog(&pause))
		return sigwaitinfo(set, NULL);
	while (
	    (number = sigtimedwait(set, NULL, &pause)) < 0 && errno == EAGAIN)
		if (yett_gateway_is_turning(gateway))
			yett_notify("WATCHDOG=1");
	return number;
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

	yett_notify("STOPPING=1\nSTATUS=Draining.");
	yett_gateway_drain(gateway);
	if (error != 0)
		return;
	atomic_store(&drain.done, true);
	pthread_kill(impatient, SIGHUP);
	pthread_join(impatient, NULL);
}

void
yett_foreground_block_reload(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGPIPE);
	sigaddset(&set, SIGXFSZ); /* a full log is told, and no reason to die */
	pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void
yett_foreground_block_signals(void)
{
	sigset_t set;

	yett_foreground_block_reload();
	ending_signals(&set);
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

/* Serve signals until one ends the gateway. */
static void
serve_signals(struct reloader *reloader)
{
	sigset_t set;

	ending_signals(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	for (;;) {
		int number = await_signal(&set, reloader->gateway);

		if (number == SIGHUP) {
			tell_reloader(reloader, false);
		} else if (number == SIGUSR1) {
			yett_gateway_reopen_logs(reloader->gateway);
		} else if (number == SIGTERM || number == SIGINT) {
			drain(reloader->gateway);
			return;
		}
		/* Else EINTR: stopped and continued, or traced. */
	}
}

bool
yett_foreground_wait(struct yett_gateway *gateway, const char *policy)
{
	struct reloader reloader = { .gateway = gateway, .policy = policy };

	pthread_mutex_init(&reloader.lock, NULL);
	pthread_cond_init(&reloader.changed, NULL);
	if (pthread_create(&reloader.thread, NULL, reload_when_asked,
		&reloader) != 0)
		return false;
	yett_notify("READY=1\nSTATUS=Serving %s.", policy);
	serve_signals(&reloader);
	tell_reloader(&reloader, true);
	pthread_join(reloader.thread, NULL);
	pthread_cond_destroy(&reloader.changed);
	pthread_mutex_destroy(&reloader.lock);
	return true;
}
