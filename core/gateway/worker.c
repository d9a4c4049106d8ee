/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/worker.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/thread.h"
#include "gateway/connection.h"
#include "io/socket.h"
#include "policy/matcher.h"

/* Connections taken in a row before those that exist get their turn. */
#define ACCEPT_BURST 32
/* After descriptors ran out: how long the listener is left alone. */
#define ACCEPT_PAUSE_NS (YETT_NS_PER_S / 10)
/* How often that is told. */
#define ACCEPT_TELL_NS (10 * YETT_NS_PER_S)

/* One listening socket of this worker, being watched. */
struct acceptor {
	struct yett_list node; /* of worker->acceptors */
	struct yett_worker *worker;
	struct yett_listener *listener; /* counted */
	struct yett_watcher watcher;
	struct yett_deadline pause;
	uint64_t told; /* when a pause was told last */
};

/* --- accepting --- */

/* This worker's share of a limit of the whole process, at least one: the kernel
 * spreads connections evenly enough. */
static uint32_t
share(const struct yett_worker *worker, uint32_t most)
{
	uint32_t workers = worker->hold->rollout->worker_count;

	return most / workers + (most % workers != 0);
}

static const struct yett_settings *
settings_of(const struct yett_worker *worker)
{
	return yett_generation_settings(worker->hold->rollout->gen);
}

static bool
is_full(const struct yett_worker *worker)
{
	return worker->connection_count >=
	    share(worker, settings_of(worker)->limits.connections);
}

bool
yett_worker_tally(struct yett_worker *worker, const struct yett_address *client)
{
	char text[INET6_ADDRSTRLEN];

	if (yett_tally_add(&worker->tally, client,
		share(worker,
		    settings_of(worker)->limits.connections_per_address)))
		return true;
	yett_count(worker->counters, YETT_COUNT_ADDRESS_FULL);
	yett_log(YETT_LOG_WARN, "address-full", "worker=%u client=%s",
	    worker->index, yett_address_host_write(client, text));
	return false;
}

/* May `peer` tell whose connections it forwards? */
static bool
is_proxy(struct yett_worker *worker, const struct yett_listen *listen,
    const struct yett_address *peer)
{
	char text[INET6_ADDRSTRLEN];
	struct yett_ip ip;

	yett_address_mapped(peer, ip.byte);
	if (yett_cidr_set_contains(listen->proxies, &ip))
		return true;
	yett_count(worker->counters, YETT_COUNT_PROXY_UNTRUSTED);
	yett_log(YETT_LOG_WARN, "proxy-untrusted", "worker=%u peer=%s",
	    worker->index, yett_address_host_write(peer, text));
	return false;
}

/* Take over a new connection, unless its address has its share; of those that
 * a load balancer forwards the address is not known yet. */
static void
admit(struct yett_worker *worker, int *fd, const struct yett_address *peer,
    const struct yett_listen *listen)
{
	if (listen->proxies != NULL ? !is_proxy(worker, listen, peer)
				    : !yett_worker_tally(worker, peer)) {
		yett_socket_close(fd);
		return;
	}
	worker->connection_count++;
	yett_count(worker->counters, YETT_COUNT_CONNECTIONS);
	yett_count(worker->counters, YETT_COUNT_OPEN);
	yett_connection_begin(worker, fd, peer, listen);
}

/* What is in force where `acceptor` listens, or NULL: nothing any more. */
static const struct yett_listen *
listen_of(const struct acceptor *acceptor)
{
	const struct yett_rollout *rollout = acceptor->worker->hold->rollout;

	for (uint32_t i = 0; i < rollout->listener_count; i++)
		if (rollout->listener[i] == acceptor->listener)
			return yett_generation_listen(rollout->gen, i);
	return NULL;
}

static void
watch_acceptors(struct yett_worker *worker)
{
	bool watch = !is_full(worker);

	for (struct yett_list *node = worker->acceptors.next;
	     node != &worker->acceptors; node = node->next)
		yett_watcher_want(&YETT_LIST_ELEMENT(node, struct acceptor,
				      node)
				       ->watcher,
		    watch, false);
}

static void
pause_accepting(struct acceptor *acceptor, const struct yett_fault *fault)
{
	uint64_t now = yett_loop_now(acceptor->worker->loop);

	yett_count(acceptor->worker->counters, YETT_COUNT_PAUSE_DESCRIPTORS);
	if (now >= acceptor->told + ACCEPT_TELL_NS) {
		acceptor->told = now;
		yett_log(YETT_LOG_WARN, "accept-paused",
		    "worker=%u error=\"%s\"", acceptor->worker->index,
		    fault->what);
	}
	yett_watcher_want(&acceptor->watcher, false, false);
	yett_deadline_set(&acceptor->pause, now + ACCEPT_PAUSE_NS);
}

static void
on_acceptable(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct acceptor *acceptor = watcher->arg;
	struct yett_worker *worker = acceptor->worker;

	(void)readable;
	(void)writable;
	for (int i = 0; i < ACCEPT_BURST && !is_full(worker); i++) {
		const struct yett_listen *listen = listen_of(acceptor);
		struct yett_fault fault = YETT_FAULT_NONE;
		struct yett_address peer;
		int fd;

		if (listen == NULL)
			return; /* it is closed with the next wake-up */
		switch (yett_socket_accept(&fd,
		    acceptor->listener->fd[worker->index], &peer, &fault)) {
		case YETT_OK: admit(worker, &fd, &peer, listen); continue;
		case YETT_E_NOT_FOUND: return;
		default: pause_accepting(acceptor, &fault); return;
		}
	}
	if (is_full(worker)) {
		yett_count(worker->counters, YETT_COUNT_PAUSE_FULL);
		yett_log(YETT_LOG_WARN, "connections-full", "worker=%u",
		    worker->index);
		watch_acceptors(worker);
	}
}

static void
on_pause_end(struct yett_deadline *deadline)
{
	struct acceptor *acceptor = deadline->arg;

	yett_watcher_want(&acceptor->watcher, !is_full(acceptor->worker),
	    false);
}

static void
add_acceptor(struct yett_worker *worker, struct yett_listener *listener)
{
	struct acceptor *acceptor = calloc(1, sizeof(*acceptor));

	if (acceptor == NULL) {
		yett_log(YETT_LOG_ERROR, "accept-failed",
		    "worker=%u error=\"out of memory\"", worker->index);
		return;
	}
	acceptor->worker = worker;
	acceptor->listener = yett_listener_ref(listener);
	yett_watcher_init(&acceptor->watcher, worker->loop,
	    listener->fd[worker->index], on_acceptable, acceptor);
	yett_deadline_init(&acceptor->pause, worker->loop, on_pause_end,
	    acceptor);
	yett_list_append(&worker->acceptors, &acceptor->node);
}

/* This worker's socket is closed at once: a listener that nobody accepts from
 * must not collect clients. */
static void
remove_acceptor(struct acceptor *acceptor)
{
	yett_deadline_clear(&acceptor->pause);
	yett_watcher_clear(&acceptor->watcher);
	yett_socket_close(&acceptor->listener->fd[acceptor->worker->index]);
	yett_listener_unref(&acceptor->listener);
	yett_list_remove(&acceptor->node);
	free(acceptor);
}

static struct acceptor *
find_acceptor(struct yett_worker *worker, const struct yett_listener *listener)
{
	for (struct yett_list *node = worker->acceptors.next;
	     node != &worker->acceptors; node = node->next) {
		struct acceptor *acceptor = YETT_LIST_ELEMENT(node,
		    struct acceptor, node);

		if (acceptor->listener == listener)
			return acceptor;
	}
	return NULL;
}

static bool
is_declared(const struct yett_rollout *rollout,
    const struct yett_listener *listener)
{
	for (uint32_t i = 0; i < rollout->listener_count; i++)
		if (rollout->listener[i] == listener)
			return true;
	return false;
}

/* Accept where the rollout in force says. */
static void
follow_listeners(struct yett_worker *worker)
{
	const struct yett_rollout *rollout = worker->hold->rollout;
	struct yett_list *node = worker->acceptors.next;

	while (node != &worker->acceptors) {
		struct acceptor *acceptor = YETT_LIST_ELEMENT(node,
		    struct acceptor, node);

		node = node->next;
		if (worker->draining ||
		    !is_declared(rollout, acceptor->listener))
			remove_acceptor(acceptor);
	}
	for (uint32_t i = 0; !worker->draining && i < rollout->listener_count;
	     i++)
		if (find_acceptor(worker, rollout->listener[i]) == NULL)
			add_acceptor(worker, rollout->listener[i]);
	watch_acceptors(worker);
}

/* --- what is in force --- */

static void
drop_hold(struct yett_hold *hold)
{
	yett_list_remove(&hold->node);
	yett_rollout_unref(&hold->rollout);
	free(hold);
}

/* Hold what is in force; when memory is out what was stays in force here.
 * Listeners follow with the wake-up that comes with it: this may be the
 * request or the accepting of one of them. */
static void
refresh(struct yett_worker *worker)
{
	struct yett_hold *old = worker->hold;
	struct yett_hold *hold = calloc(1, sizeof(*hold));

	if (hold == NULL)
		return;
	yett_list_init(&hold->node);
	hold->rollout = yett_current_ref(worker->env->current);
	yett_list_append(&worker->held, &hold->node);
	worker->hold = hold;
	if (old != NULL && old->pins == 0)
		drop_hold(old);
}

struct yett_hold *
yett_worker_hold(struct yett_worker *worker)
{
	if (yett_current_differs(worker->env->current,
		yett_generation_id(worker->hold->rollout->gen)))
		refresh(worker);
	return worker->hold;
}

void
yett_hold_pin(struct yett_hold *hold)
{
	hold->pins++;
}

void
yett_worker_unpin(struct yett_worker *worker, struct yett_hold *hold)
{
	if (--hold->pins == 0 && hold != worker->hold)
		drop_hold(hold);
}

uint64_t
yett_worker_id(const struct yett_worker *worker, uint32_t serial)
{
	return worker->env->id_base | (uint64_t)(worker->index & 0xff) << 32 |
	    serial;
}

struct yett_slice
yett_worker_date(struct yett_worker *worker)
{
	uint64_t second = yett_loop_wall(worker->loop) / YETT_NS_PER_S;

	if (second != worker->date_second) {
		worker->date_second = second;
		(void)yett_date_write(worker->date, (int64_t)second);
	}
	return (struct yett_slice){ worker->date, YETT_DATE_LEN };
}

/* --- the end --- */

static void
stop_when_drained(struct yett_worker *worker)
{
	if (worker->draining && worker->connection_count == 0)
		yett_loop_stop(worker->loop);
}

void
yett_worker_closed(struct yett_worker *worker,
    const struct yett_address *client)
{
	bool was_full = is_full(worker);

	worker->connection_count--;
	yett_count_add(worker->counters, YETT_COUNT_OPEN, UINT64_MAX);
	if (client != NULL)
		yett_tally_remove(&worker->tally, client);
	if (was_full)
		watch_acceptors(worker);
	stop_when_drained(worker);
}

static void
on_drain_end(struct yett_deadline *deadline)
{
	struct yett_worker *worker = deadline->arg;

	yett_log(YETT_LOG_WARN, "drain-cut", "worker=%u connections=%u",
	    worker->index, worker->connection_count);
	yett_loop_stop(worker->loop);
}

static void
begin_drain(struct yett_worker *worker)
{
	uint32_t ms = settings_of(worker)->timeouts.drain;

	worker->draining = true;
	follow_listeners(worker);
	yett_deadline_set(&worker->drain_end,
	    yett_loop_now(worker->loop) + (uint64_t)ms * YETT_NS_PER_MS);
	yett_connection_drain_all(worker);
	stop_when_drained(worker);
}

static void
on_wakeup(struct yett_wakeup *wakeup)
{
	struct yett_worker *worker = wakeup->arg;

	if (atomic_load(&worker->stop_asked)) {
		yett_loop_stop(worker->loop);
		return;
	}
	(void)yett_worker_hold(worker);
	follow_listeners(worker);
	if (atomic_load(&worker->drain_asked) && !worker->draining)
		begin_drain(worker);
}

static void *
run(void *arg)
{
	struct yett_worker *worker = arg;

	follow_listeners(worker);
	yett_loop_run(worker->loop);
	yett_connection_cut_all(worker);
	return NULL;
}

/* --- making and ending --- */

enum yett_status
yett_worker_new(struct yett_worker **out, const struct yett_worker_env *env,
    uint32_t index, struct yett_fault *fault)
{
	struct yett_worker *worker = calloc(1, sizeof(*worker));
	enum yett_status status;

	if (worker == NULL)
		return YETT_E_NOMEM;
	worker->env = env;
	worker->index = index;
	worker->counters = &env->counters[index];
	yett_list_init(&worker->held);
	yett_list_init(&worker->acceptors);
	yett_list_init(&worker->connections);
	status = yett_loop_open(&worker->loop, fault);
	if (status == YETT_OK)
		status = yett_session_env_open(&worker->sessions, env->tickets,
		    yett_connection_ask, fault);
	if (status == YETT_OK)
		status = yett_pool_open(&worker->pool, worker->loop);
	if (status != YETT_OK)
		goto fail;
	yett_wakeup_init(&worker->wakeup, worker->loop, on_wakeup, worker);
	yett_deadline_init(&worker->drain_end, worker->loop, on_drain_end,
	    worker);
	yett_recorder_init(&worker->recorder, worker->loop, worker->counters);
	refresh(worker);
	if (worker->hold == NULL) {
		status = YETT_E_NOMEM;
		goto fail;
	}
	*out = worker;
	return YETT_OK;
fail:
	yett_worker_free(worker);
	return status;
}

void
yett_worker_free(struct yett_worker *worker)
{
	if (worker == NULL)
		return;
	while (!yett_list_is_empty(&worker->acceptors))
		remove_acceptor(YETT_LIST_ELEMENT(worker->acceptors.next,
		    struct acceptor, node));
	yett_recorder_clear(&worker->recorder);
	yett_deadline_clear(&worker->drain_end);
	yett_wakeup_clear(&worker->wakeup);
	if (worker->pool != NULL)
		yett_pool_close(worker->pool);
	if (worker->sessions != NULL)
		yett_session_env_close(worker->sessions);
	while (!yett_list_is_empty(&worker->held))
		drop_hold(YETT_LIST_ELEMENT(worker->held.next, struct yett_hold,
		    node));
	if (worker->loop != NULL)
		yett_loop_close(worker->loop);
	yett_tally_clear(&worker->tally);
	yett_buf_clear(&worker->scratch.text);
	yett_buf_clear(&worker->scratch.body);
	yett_buf_clear(&worker->scratch.path);
	yett_buf_clear(&worker->scratch.spare_in);
	yett_buf_clear(&worker->scratch.spare_out);
	free(worker);
}

enum yett_status
yett_worker_start(struct yett_worker *worker, struct yett_fault *fault)
{
	int error = yett_thread_start(&worker->thread, run, worker);

	if (error != 0)
		return yett_fail_errno(fault, error, "cannot start a worker");
	worker->has_thread = true;
	return YETT_OK;
}

void
yett_worker_wake(struct yett_worker *worker)
{
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_drain(struct yett_worker *worker)
{
	atomic_store(&worker->drain_asked, true);
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_stop(struct yett_worker *worker)
{
	atomic_store(&worker->stop_asked, true);
	yett_wakeup_send(&worker->wakeup);
}

void
yett_worker_join(struct yett_worker *worker)
{
	if (worker->has_thread)
		pthread_join(worker->thread, NULL);
	worker->has_thread = false;
}
