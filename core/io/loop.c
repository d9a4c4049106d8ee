/* SPDX-License-Identifier: Apache-2.0 */
#include "io/loop.h"

#include <stdlib.h>

struct yett_loop {
	struct ev_loop *ev;
	uint64_t now, wall; /* of this turn; 0: not read yet */
	struct yett_list deferred;
	struct ev_prepare before_sleep;
	struct ev_check after_sleep;
	struct ev_idle awake; /* active while the loop must not sleep */
};

/* Runs what waits now; what it defers itself is for the next turn. */
static void
run_deferred(struct yett_loop *loop)
{
	struct yett_list now;

	yett_list_init(&now);
	while (!yett_list_is_empty(&loop->deferred)) {
		struct yett_list *node = loop->deferred.next;

		yett_list_remove(node);
		yett_list_append(&now, node);
	}
	while (!yett_list_is_empty(&now)) {
		struct yett_deferred *deferred = YETT_LIST_ELEMENT(now.next,
		    struct yett_deferred, node);

		yett_list_remove(&deferred->node);
		deferred->run(deferred);
	}
}

static void
on_before_sleep(struct ev_loop *ev, struct ev_prepare *prepare, int events)
{
	struct yett_loop *loop = prepare->data;

	(void)events;
	run_deferred(loop);
	if (yett_list_is_empty(&loop->deferred))
		ev_idle_stop(ev, &loop->awake);
	else
		ev_idle_start(ev, &loop->awake);
}

static void
on_after_sleep(struct ev_loop *ev, struct ev_check *check, int events)
{
	struct yett_loop *loop = check->data;

	(void)ev;
	(void)events;
	loop->now = loop->wall = 0;
}

static void
on_awake(struct ev_loop *ev, struct ev_idle *idle, int events)
{
	(void)ev;
	(void)idle;
	(void)events;
}

enum yett_status
yett_loop_open(struct yett_loop **out, struct yett_fault *fault)
{
	struct yett_loop *loop = calloc(1, sizeof(*loop));

	if (loop == NULL)
		return YETT_E_NOMEM;
	loop->ev = ev_loop_new(EVBACKEND_EPOLL | EVFLAG_NOENV);
	if (loop->ev == NULL) {
		free(loop);
		return yett_fail(fault, YETT_E_SYSTEM,
		    "cannot make an event loop over epoll");
	}
	yett_list_init(&loop->deferred);
	ev_prepare_init(&loop->before_sleep, on_before_sleep);
	ev_check_init(&loop->after_sleep, on_after_sleep);
	ev_idle_init(&loop->awake, on_awake);
	loop->before_sleep.data = loop;
	loop->after_sleep.data = loop;
	/* Time is read anew before anything else that became ready runs. */
	ev_set_priority(&loop->after_sleep, EV_MAXPRI);
	ev_prepare_start(loop->ev, &loop->before_sleep);
	ev_check_start(loop->ev, &loop->after_sleep);
	*out = loop;
	return YETT_OK;
}

void
yett_loop_close(struct yett_loop *loop)
{
	if (loop == NULL)
		return;
	ev_loop_destroy(loop->ev);
	free(loop);
}

void
yett_loop_run(struct yett_loop *loop)
{
	loop->now = loop->wall = 0;
	ev_run(loop->ev, 0);
	run_deferred(loop);
}

void
yett_loop_stop(struct yett_loop *loop)
{
	ev_break(loop->ev, EVBREAK_ALL);
}

uint64_t
yett_loop_now(struct yett_loop *loop)
{
	if (loop->now == 0)
		loop->now = yett_clock_monotonic();
	return loop->now;
}

uint64_t
yett_loop_wall(struct yett_loop *loop)
{
	if (loop->wall == 0)
		loop->wall = yett_clock_wall();
	return loop->wall;
}

static void
on_io(struct ev_loop *ev, struct ev_io *io, int events)
{
	struct yett_watcher *watcher = io->data;

	(void)ev;
	watcher->on_ready(watcher, (events & EV_READ) != 0,
	    (events & EV_WRITE) != 0);
}

void
yett_watcher_init(struct yett_watcher *watcher, struct yett_loop *loop, int fd,
    void (
	*on_ready)(struct yett_watcher *watcher, bool readable, bool writable),
    void *arg)
{
	ev_io_init(&watcher->io, on_io, fd, 0);
	watcher->io.data = watcher;
	watcher->loop = loop;
	watcher->on_ready = on_ready;
	watcher->arg = arg;
}

void
yett_watcher_want(struct yett_watcher *watcher, bool read, bool write)
{
	struct ev_loop *ev = watcher->loop->ev;
	int want = (read ? EV_READ : 0) | (write ? EV_WRITE : 0);
	int has = ev_is_active(&watcher->io)
	    ? watcher->io.events & (EV_READ | EV_WRITE)
	    : 0;

	if (want == has)
		return;
	ev_io_stop(ev, &watcher->io);
	/* Not ev_io_set(): that would make libev tell epoll even when the
	 * interest is again what epoll knows. */
	ev_io_modify(&watcher->io, want);
	if (want != 0)
		ev_io_start(ev, &watcher->io);
}

void
yett_watcher_clear(struct yett_watcher *watcher)
{
	if (watcher->loop != NULL)
		ev_io_stop(watcher->loop->ev, &watcher->io);
}

static void
arm(struct yett_deadline *deadline)
{
	uint64_t now = yett_loop_now(deadline->loop);
	uint64_t wait = deadline->at > now ? deadline->at - now : 0;
	struct ev_loop *ev = deadline->loop->ev;

	ev_timer_stop(ev, &deadline->timer);
	ev_timer_set(&deadline->timer, (double)wait / YETT_NS_PER_S, 0.);
	ev_timer_start(ev, &deadline->timer);
	deadline->armed = deadline->at;
}

static void
on_timer(struct ev_loop *ev, struct ev_timer *timer, int events)
{
	struct yett_deadline *deadline = timer->data;

	(void)ev;
	(void)events;
	deadline->armed = 0;
	if (deadline->at == 0)
		return;
	if (deadline->at > yett_loop_now(deadline->loop)) {
		arm(deadline);
		return;
	}
	/* What came in time may not have been read: the turn was slow, or the
	 * process was stopped, which ends the wait for sockets without a look
	 * at them. */
	if (!deadline->has_looked) {
		deadline->has_looked = true;
		arm(deadline);
		return;
	}
	deadline->at = 0;
	deadline->on_expiry(deadline);
}

void
yett_deadline_init(struct yett_deadline *deadline, struct yett_loop *loop,
    void (*on_expiry)(struct yett_deadline *deadline), void *arg)
{
	ev_timer_init(&deadline->timer, on_timer, 0., 0.);
	/* Sockets first. */
	ev_set_priority(&deadline->timer, EV_MINPRI);
	deadline->timer.data = deadline;
	deadline->loop = loop;
	deadline->at = 0;
	deadline->armed = 0;
	deadline->on_expiry = on_expiry;
	deadline->arg = arg;
}

void
yett_deadline_set(struct yett_deadline *deadline, uint64_t at)
{
	deadline->at = at == 0 ? 1 : at;
	deadline->has_looked = false;
	if (deadline->armed == 0 || deadline->armed > deadline->at)
		arm(deadline);
}

void
yett_deadline_cancel(struct yett_deadline *deadline)
{
	deadline->at = 0;
}

void
yett_deadline_clear(struct yett_deadline *deadline)
{
	if (deadline->loop != NULL)
		ev_timer_stop(deadline->loop->ev, &deadline->timer);
	deadline->at = 0;
	deadline->armed = 0;
}

static void
on_async(struct ev_loop *ev, struct ev_async *async, int events)
{
	struct yett_wakeup *wakeup = async->data;

	(void)ev;
	(void)events;
	wakeup->on_wakeup(wakeup);
}

void
yett_wakeup_init(struct yett_wakeup *wakeup, struct yett_loop *loop,
    void (*on_wakeup)(struct yett_wakeup *wakeup), void *arg)
{
	ev_async_init(&wakeup->async, on_async);
	wakeup->async.data = wakeup;
	wakeup->loop = loop;
	wakeup->on_wakeup = on_wakeup;
	wakeup->arg = arg;
	ev_async_start(loop->ev, &wakeup->async);
}

void
yett_wakeup_send(struct yett_wakeup *wakeup)
{
	ev_async_send(wakeup->loop->ev, &wakeup->async);
}

void
yett_wakeup_clear(struct yett_wakeup *wakeup)
{
	if (wakeup->loop != NULL)
		ev_async_stop(wakeup->loop->ev, &wakeup->async);
}

void
yett_deferred_init(struct yett_deferred *deferred,
    void (*run)(struct yett_deferred *deferred), void *arg)
{
	yett_list_init(&deferred->node);
	deferred->run = run;
	deferred->arg = arg;
}

void
yett_loop_defer(struct yett_loop *loop, struct yett_deferred *deferred)
{
	if (yett_list_is_empty(&deferred->node))
		yett_list_append(&loop->deferred, &deferred->node);
}

void
yett_deferred_clear(struct yett_deferred *deferred)
{
	yett_list_remove(&deferred->node);
}
