/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop.h - one thread's event loop: descriptors, deadlines, wake-ups.
 *
 * A thin layer over libev with the epoll backend. A turn of the loop calls the
 * callbacks of what became ready, then runs deferred calls, then sleeps. The
 * watching structs are embedded in their users' structs; `arg` is the user's.
 * Nothing here logs, or allocates once the loop is open.
 *
 * Threads: a loop and everything attached to it belong to the thread that runs
 * it; only yett_wakeup_send() may be called from any thread.
 */
#ifndef YETT_IO_LOOP_H
#define YETT_IO_LOOP_H

#include <stdbool.h>

#include <ev.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/status.h"

struct yett_loop;

/* YETT_E_SYSTEM: the system has no room for another. */
YETT_MUST_USE
enum yett_status
yett_loop_open(struct yett_loop **out, struct yett_fault *fault);

/* Everything that was hung on the loop must have been cleared. */
void yett_loop_close(struct yett_loop *loop);

/* Turn until yett_loop_stop(), which a callback of this loop calls. What was
 * deferred in the last turn is still run. */
void yett_loop_run(struct yett_loop *loop);
void yett_loop_stop(struct yett_loop *loop);

/* Nanoseconds of the monotonic clock, and since 1970-01-01 UTC, as of this
 * turn: each is read at most once in it. */
uint64_t yett_loop_now(struct yett_loop *loop);
uint64_t yett_loop_wall(struct yett_loop *loop);

/* --- a descriptor ----------------------------------------------------- */

/* Worker-owned. Does not own the descriptor. */
struct yett_watcher {
	struct ev_io io;
	struct yett_loop *loop;
	void (*on_ready)(struct yett_watcher *watcher, bool readable,
	    bool writable);
	void *arg;
};

/* Watch `fd` for nothing yet; the callback may clear and free the watcher. */
void
yett_watcher_init(struct yett_watcher *watcher, struct yett_loop *loop, int fd,
    void (
	*on_ready)(struct yett_watcher *watcher, bool readable, bool writable),
    void *arg);

/*
 * Call back when `fd` can be read or written, as long as that is so. Changes
 * within one turn are summed up: what is wanted again before the loop sleeps
 * costs no system call. A broken connection is ready for whatever is wanted.
 */
void yett_watcher_want(struct yett_watcher *watcher, bool read, bool write);

/* Stop watching, before the descriptor is closed. All zero is fine. */
void yett_watcher_clear(struct yett_watcher *watcher);

/* --- a deadline ------------------------------------------------------- */

/*
 * Worker-owned. Lazy: moving it to a later time, or cancelling it, only stores
 * the time; the timer that already runs looks at it when it fires. So a
 * deadline that is moved with each request costs no heap operation. Before it
 * calls back, all sockets are looked at once more: what came in time counts.
 */
struct yett_deadline {
	struct ev_timer timer;
	struct yett_loop *loop;
	uint64_t at;     /* when to call back; 0: not set */
	uint64_t armed;  /* when the timer fires; 0: it does not run */
	bool has_looked; /* at the sockets, since it passed */
	void (*on_expiry)(struct yett_deadline *deadline);
	void *arg;
};

/* It is not set yet. `arg` is for the callback; lent. */
void yett_deadline_init(struct yett_deadline *deadline, struct yett_loop *loop,
    void (*on_expiry)(struct yett_deadline *deadline), void *arg);

/* Call back once, at `at` monotonic nanoseconds or soon after. */
void yett_deadline_set(struct yett_deadline *deadline, uint64_t at);

/* Do not call back. The timer may still run: the struct must live on. */
void yett_deadline_cancel(struct yett_deadline *deadline);

/* Stop the timer, before the struct's memory goes. All zero is fine. */
void yett_deadline_clear(struct yett_deadline *deadline);

/* --- a wake-up from another thread ------------------------------------ */

/* Shared: yett_wakeup_send() is safe from any thread while it is open. */
struct yett_wakeup {
	struct ev_async async;
	struct yett_loop *loop;
	void (*on_wakeup)(struct yett_wakeup *wakeup);
	void *arg;
};

/* From now on it can be sent. In the thread of the loop, or before it turns. */
void yett_wakeup_init(struct yett_wakeup *wakeup, struct yett_loop *loop,
    void (*on_wakeup)(struct yett_wakeup *wakeup), void *arg);

/* Call back in the loop's thread, at least once after this call. */
void yett_wakeup_send(struct yett_wakeup *wakeup);

/* The loop's thread, or any while the loop does not run. All zero is fine. */
void yett_wakeup_clear(struct yett_wakeup *wakeup);

/* --- the end of a turn ------------------------------------------------ */

/* Worker-owned. */
struct yett_deferred {
	struct yett_list node;
	void (*run)(struct yett_deferred *deferred);
	void *arg;
};

/* It does not wait yet. */
void yett_deferred_init(struct yett_deferred *deferred,
    void (*run)(struct yett_deferred *deferred), void *arg);

/*
 * Run it once before the loop sleeps again; harmless when it already waits.
 * What is deferred while deferred work runs waits for the next turn, before
 * which the loop does not sleep.
 */
void yett_loop_defer(struct yett_loop *loop, struct yett_deferred *deferred);

/* Do not run it, before the struct's memory goes. It must be initialised. */
void yett_deferred_clear(struct yett_deferred *deferred);

#endif
