/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/listener.h"

#include <stdlib.h>

#include "io/socket.h"
#include "io/socket_activation.h"
#include "policy/place.h"

/* All workers accept from what was handed over, be it one socket or several. */
static enum yett_status
open_handed(struct yett_listener *listener, struct yett_slice name,
    struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;

	listener->name = strndup(name.at, name.len);
	if (listener->name == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; status == YETT_OK && i < listener->worker_count;
	     i++)
		status = yett_socket_activation_open(&listener->fd[i], name, i,
		    &listener->bound, fault);
	return status;
}

static enum yett_status
open_sockets(struct yett_listener *listener, struct yett_fault *fault)
{
	enum yett_status status = yett_socket_listen(&listener->fd[0],
	    &listener->declared, &listener->bound, fault);

	/* Port 0: the others share what the first one got. */
	for (uint32_t i = 1; status == YETT_OK && i < listener->worker_count;
	     i++)
		status = yett_socket_listen_beside(&listener->fd[i],
		    &listener->bound, fault);
	return status;
}

enum yett_status
yett_listener_open(struct yett_listener **out, const struct yett_listen *listen,
    uint32_t worker_count, struct yett_fault *fault)
{
	struct yett_listener *listener = calloc(1,
	    sizeof(*listener) + worker_count * sizeof(listener->fd[0]));
	enum yett_status status;

	if (listener == NULL)
		return YETT_E_NOMEM;
	atomic_init(&listener->refs, 1);
	listener->worker_count = worker_count;
	for (uint32_t i = 0; i < worker_count; i++)
		listener->fd[i] = -1;
	if (listen->fd.at != NULL)
		status = open_handed(listener, listen->fd, fault);
	else
		status = yett_address_parse(&listener->declared,
		    listen->address, listen->port, fault);
	if (status == YETT_OK && listener->name == NULL)
		status = open_sockets(listener, fault);
	if (status != YETT_OK) {
		char where[YETT_PLACE_TEXT];

		yett_fault_where(fault, "%s",
		    yett_place_write(where, sizeof(where), &listen->place));
		yett_listener_unref(&listener);
		return status;
	}
	*out = listener;
	return YETT_OK;
}

bool
yett_listener_is_shared(const struct yett_listen *listen)
{
	struct yett_address address;

	return listen->fd.at == NULL &&
	    yett_address_parse(&address, listen->address, listen->port, NULL) ==
	    YETT_OK &&
	    yett_socket_is_shared(&address);
}

struct yett_listener *
yett_listener_ref(struct yett_listener *listener)
{
	atomic_fetch_add_explicit(&listener->refs, 1, memory_order_relaxed);
	return listener;
}

void
yett_listener_unref(struct yett_listener **listener)
{
	struct yett_listener *taken = *listener;

	*listener = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	for (uint32_t i = 0; i < taken->worker_count; i++)
		yett_socket_close(&taken->fd[i]);
	free(taken->name);
	free(taken);
}

bool
yett_listener_is(const struct yett_listener *listener,
    const struct yett_listen *listen)
{
	struct yett_address address;

	if (listen->fd.at != NULL || listener->name != NULL)
		return listen->fd.at != NULL && listener->name != NULL &&
		    yett_slice_eq(listen->fd, yett_slice_of(listener->name));
	return yett_address_parse(&address, listen->address, listen->port,
		   NULL) == YETT_OK &&
	    yett_address_eq(&address, &listener->declared);
}
