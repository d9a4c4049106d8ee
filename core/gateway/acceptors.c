/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/acceptors.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/log.h"
#include "gateway/descriptors.h"
#include "io/socket.h"
#include "policy/matcher.h"

/* Connections taken in a row before those that exist get their turn. */
#define ACCEPT_BURST 32
/* After descriptors became few: how long the listener is left alone. */
#define ACCEPT_PAUSE_NS (YETT_NS_PER_S / 10)
/* How often that is told. */
#define TELL_NS (10 * YETT_NS_PER_S)

/* One listening socket of this acceptors, being watched. */
struct acceptor {
	struct yett_list node; /* of all->list */
	struct yett_acceptors *all;
	struct yett_listener *listener; /* counted */
	struct yett_watcher watcher;
	struct yett_deadline pause;
	uint64_t told; /* when a pause was told last */
	struct yett_descriptors descriptors;
	int last; /* descriptor that was accepted */
};

static const struct yett_settings *
settings_of(const struct yett_acceptors *acceptors)
{
	return yett_context_settings(acceptors->context);
}

/* May `peer` tell whose connections it forwards? */
static bool
is_proxy(struct yett_acceptors *acceptors, const struct yett_listen *listen,
    const struct yett_address *peer)
{
	char text[INET6_ADDRSTRLEN];
	struct yett_ip ip;

	yett_address_mapped(peer, ip.byte);
	if (yett_cidr_set_contains(listen->proxies, &ip))
		return true;
	yett_count(acceptors->context->counters, YETT_COUNT_PROXY_UNTRUSTED);
	yett_log(YETT_LOG_WARN, "proxy-untrusted", "worker=%u peer=%s",
	    acceptors->context->index, yett_address_host_write(peer, text));
	return false;
}

/* Take over a new connection, which is counted, unless its address has as many
 * as may be; of those that a load balancer forwards the address is not known
 * yet. */
static void
admit(struct yett_acceptors *acceptors, int *fd,
    const struct yett_address *peer, const struct yett_listen *listen)
{
	if (listen->proxies != NULL
		? !is_proxy(acceptors, listen, peer)
		: !yett_connections_admit(acceptors->connections, peer)) {
		yett_socket_close(fd);
		yett_connection_limit_leave(acceptors->connections->limit);
		return;
	}
	yett_connection_begin(acceptors->connections, fd, peer, listen);
}

/* What is in force where `acceptor` listens, or NULL: nothing any more. */
static const struct yett_listen *
listen_of(const struct acceptor *acceptor)
{
	const struct yett_rollout *rollout =
	    acceptor->all->context->in_force->rollout;

	for (uint32_t i = 0; i < rollout->listener_count; i++)
		if (rollout->listener[i] == acceptor->listener)
			return yett_generation_listen(rollout->gen, i);
	return NULL;
}

/* Watch all sockets, or leave them alone. */
static void
watch_all(struct yett_acceptors *acceptors, bool watch)
{
	for (struct yett_list *node = acceptors->list.next;
	     node != &acceptors->list; node = node->next)
		yett_watcher_want(&YETT_LIST_ELEMENT(node, struct acceptor,
				      node)
				       ->watcher,
		    watch, false);
}

static void
pause_accepting(struct acceptor *acceptor, const struct yett_fault *fault)
{
	uint64_t now = yett_loop_now(acceptor->all->context->loop);

	yett_count(acceptor->all->context->counters,
	    YETT_COUNT_PAUSE_DESCRIPTORS);
	if (now >= acceptor->told + TELL_NS) {
		acceptor->told = now;
		yett_log(YETT_LOG_WARN, "accept-paused",
		    "worker=%u error=\"%s\"", acceptor->all->context->index,
		    fault->what);
	}
	yett_watcher_want(&acceptor->watcher, false, false);
	yett_deadline_set(&acceptor->pause, now + ACCEPT_PAUSE_NS);
}

/* Whether a connection more would take one of the descriptors that are left for
 * those that are in. Far below, the last one tells that it would not. */
static bool
are_descriptors_few(const struct acceptor *acceptor, struct yett_fault *fault)
{
	const struct yett_descriptors *descriptors = &acceptor->descriptors;
	int lowest;

	if (acceptor->last < descriptors->ceiling - ACCEPT_BURST)
		return false;
	lowest =
	    yett_descriptors_lowest(acceptor->listener
					->fd[acceptor->all->context->index],
		descriptors);
	if (lowest < descriptors->ceiling)
		return false;
	(void)yett_fail(fault, YETT_E_LIMIT,
	    "too many open files: all but %d of %d descriptors are in use, and "
	    "these are for connections that exist",
	    descriptors->limit - lowest, descriptors->limit);
	return true;
}

/* As yett_socket_accept(), but for the descriptors that are left alone. */
static enum yett_status
take(struct acceptor *acceptor, int *fd, struct yett_address *peer,
    struct yett_fault *fault)
{
	enum yett_status status;

	if (are_descriptors_few(acceptor, fault))
		return YETT_E_LIMIT;
	status = yett_socket_accept(fd,
	    acceptor->listener->fd[acceptor->all->context->index], peer, fault);
	if (status == YETT_OK)
		acceptor->last = *fd;
	return status;
}

/* There is no room for what waits here, unless some was made just now: leave it
 * in the system's queue until a connection ends. */
static void
wait_for_room(struct yett_acceptors *acceptors)
{
	uint64_t now = yett_loop_now(acceptors->context->loop);

	if (!yett_connection_limit_await(acceptors->connections->limit,
		&acceptors->waiter, settings_of(acceptors)->limits.connections))
		return;
	acceptors->is_waiting = true;
	watch_all(acceptors, false);
	yett_count(acceptors->context->counters, YETT_COUNT_PAUSE_FULL);
	if (acceptors->full_told != 0 && now < acceptors->full_told + TELL_NS)
		return;
	acceptors->full_told = now;
	yett_log(YETT_LOG_WARN, "connections-full", "worker=%u",
	    acceptors->context->index);
}

/* Take one of those that wait; false: nobody does, or there is no room. */
static bool
take_one(struct acceptor *acceptor)
{
	struct yett_acceptors *acceptors = acceptor->all;
	struct yett_connection_limit *limit = acceptors->connections->limit;
	const struct yett_listen *listen = listen_of(acceptor);
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address peer;
	int fd;

	if (listen == NULL)
		return false; /* it is closed with the next wake-up */
	/* Counted first: who is let in and has no room cannot be put back. */
	if (!yett_connection_limit_enter(limit,
		settings_of(acceptors)->limits.connections)) {
		wait_for_room(acceptors);
		return false;
	}
	switch (take(acceptor, &fd, &peer, &fault)) {
	case YETT_OK: admit(acceptors, &fd, &peer, listen); return true;
	case YETT_E_NOT_FOUND: break;
	default: pause_accepting(acceptor, &fault); break;
	}
	yett_connection_limit_leave(limit);
	return false;
}

static void
on_acceptable(struct yett_watcher *watcher, bool readable, bool writable)
{
	struct acceptor *acceptor = watcher->arg;

	(void)readable;
	(void)writable;
	for (int i = 0; i < ACCEPT_BURST && take_one(acceptor); i++)
		continue;
}

/* Whoever waits in the system's queue would be cut off with the socket. */
static void
take_rest(struct yett_acceptors *acceptors)
{
	for (struct yett_list *node = acceptors->list.next;
	     node != &acceptors->list; node = node->next)
		while (take_one(YETT_LIST_ELEMENT(node, struct acceptor, node)))
			continue;
}

static void
on_pause_end(struct yett_deadline *deadline)
{
	struct acceptor *acceptor = deadline->arg;

	acceptor->descriptors = yett_descriptors_look();
	yett_watcher_want(&acceptor->watcher, !acceptor->all->is_waiting,
	    false);
}

static void
add(struct yett_acceptors *acceptors, struct yett_listener *listener)
{
	struct acceptor *acceptor = calloc(1, sizeof(*acceptor));

	if (acceptor == NULL) {
		yett_log(YETT_LOG_ERROR, "accept-failed",
		    "worker=%u error=\"out of memory\"",
		    acceptors->context->index);
		return;
	}
	acceptor->all = acceptors;
	acceptor->descriptors = yett_descriptors_look();
	acceptor->listener = yett_listener_ref(listener);
	yett_watcher_init(&acceptor->watcher, acceptors->context->loop,
	    listener->fd[acceptors->context->index], on_acceptable, acceptor);
	yett_deadline_init(&acceptor->pause, acceptors->context->loop,
	    on_pause_end, acceptor);
	yett_list_append(&acceptors->list, &acceptor->node);
}

/* This worker's socket is closed at once: a listener that nobody accepts from
 * must not collect clients. */
static void
drop(struct acceptor *acceptor)
{
	yett_deadline_clear(&acceptor->pause);
	yett_watcher_clear(&acceptor->watcher);
	yett_socket_close(
	    &acceptor->listener->fd[acceptor->all->context->index]);
	yett_listener_unref(&acceptor->listener);
	yett_list_remove(&acceptor->node);
	free(acceptor);
}

static struct acceptor *
find(struct yett_acceptors *acceptors, const struct yett_listener *listener)
{
	for (struct yett_list *node = acceptors->list.next;
	     node != &acceptors->list; node = node->next) {
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

void
yett_acceptors_init(struct yett_acceptors *acceptors)
{
	yett_list_init(&acceptors->list);
}

void
yett_acceptors_follow(struct yett_acceptors *acceptors)
{
	const struct yett_rollout *rollout =
	    acceptors->context->in_force->rollout;
	struct yett_list *node = acceptors->list.next;

	if (acceptors->is_waiting)
		yett_connection_limit_forget(acceptors->connections->limit,
		    &acceptors->waiter);
	acceptors->is_waiting = false;
	if (acceptors->context->ending)
		take_rest(acceptors);
	while (node != &acceptors->list) {
		struct acceptor *acceptor = YETT_LIST_ELEMENT(node,
		    struct acceptor, node);

		node = node->next;
		if (acceptors->context->ending ||
		    !is_declared(rollout, acceptor->listener))
			drop(acceptor);
	}
	for (uint32_t i = 0;
	     !acceptors->context->ending && i < rollout->listener_count; i++)
		if (find(acceptors, rollout->listener[i]) == NULL)
			add(acceptors, rollout->listener[i]);
	watch_all(acceptors, true);
}

void
yett_acceptors_clear(struct yett_acceptors *acceptors)
{
	if (acceptors->is_waiting)
		yett_connection_limit_forget(acceptors->connections->limit,
		    &acceptors->waiter);
	acceptors->is_waiting = false;
	while (!yett_list_is_empty(&acceptors->list))
		drop(YETT_LIST_ELEMENT(acceptors->list.next, struct acceptor,
		    node));
}
