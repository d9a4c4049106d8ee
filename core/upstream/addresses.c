/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/addresses.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"

struct yett_addresses {
	atomic_uint refs;
	struct yett_target *target; /* counted */
	bool is_name;               /* there is something to resolve */
	atomic_uint version;
	pthread_mutex_t lock; /* guards what follows */
	struct yett_endpoint *endpoint[YETT_ADDRESSES_MOST];
	uint32_t count;
	bool is_limited;
	bool is_stale; /* resolving failed the last time */
	char *lack;    /* why there was no address at first; Frozen */
};

/* Files of hosts and resolvers may tell an address twice: it is one. */
static void
drop_repeated(struct yett_lookup *found)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->count; i++) {
		size_t k = 0;

		while (k < kept &&
		    !yett_address_eq(&found->address[k], &found->address[i]))
			k++;
		if (k == kept)
			found->address[kept++] = found->address[i];
	}
	found->count = kept;
}

static enum yett_status
look_up(const struct yett_target *target, const struct yett_lookup_env *env,
    struct yett_lookup *found, struct yett_fault *fault)
{
	enum yett_status status;

	found->count = 1;
	switch (target->kind) {
	case YETT_TARGET_TCP:
		status = yett_lookup(found, env, target->host, target->port,
		    fault);
		if (status == YETT_OK)
			drop_repeated(found);
		return status;
	case YETT_TARGET_UNIX:
		return yett_address_of_path(found->address, target->host,
		    fault);
	case YETT_TARGET_APP: break;
	}
	found->address[0] = (struct yett_address){ .len = 0 };
	return YETT_OK;
}

/* The endpoint of `address`, if the list has it; the lock is held. */
static struct yett_endpoint *
find(const struct yett_addresses *addresses, const struct yett_address *address)
{
	for (uint32_t i = 0; i < addresses->count; i++)
		if (yett_address_eq(&addresses->endpoint[i]->address, address))
			return addresses->endpoint[i];
	return NULL;
}

static void
release(struct yett_endpoint **endpoint, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		yett_endpoint_unref(&endpoint[i]);
}

/* Whether the list holds just these, in whatever order; the lock is held. */
static bool
is_same(const struct yett_addresses *addresses, const struct yett_lookup *found)
{
	if (addresses->count != found->count)
		return false;
	for (size_t i = 0; i < found->count; i++)
		if (find(addresses, &found->address[i]) == NULL)
			return false;
	return true;
}

/* Replace the list; the lock is held. Without memory the old one stays. */
static enum yett_status
replace(struct yett_addresses *addresses, const struct yett_lookup *found)
{
	struct yett_endpoint *list[YETT_ADDRESSES_MOST];
	uint32_t count = 0;

	for (size_t i = 0; i < found->count; i++) {
		struct yett_endpoint *known = find(addresses,
		    &found->address[i]);

		list[count] = known != NULL
		    ? yett_endpoint_ref(known)
		    : yett_endpoint_new(addresses->target, &found->address[i]);
		if (list[count] == NULL) {
			release(list, count);
			return YETT_E_NOMEM;
		}
		if (addresses->is_limited)
			yett_slots_limit(&list[count]->slots);
		count++;
	}
	release(addresses->endpoint, addresses->count);
	memcpy(addresses->endpoint, list, count * sizeof(list[0]));
	addresses->count = count;
	atomic_fetch_add_explicit(&addresses->version, 1, memory_order_release);
	return YETT_OK;
}

static bool
is_numeric(const struct yett_target *target)
{
	struct yett_address address;

	return yett_address_parse(&address, target->host, 0, NULL) == YETT_OK;
}

static struct yett_addresses *
make_addresses(struct yett_target *target)
{
	struct yett_addresses *addresses = calloc(1, sizeof(*addresses));

	if (addresses == NULL)
		return NULL;
	atomic_init(&addresses->refs, 1);
	pthread_mutex_init(&addresses->lock, NULL);
	addresses->target = yett_target_ref(target);
	addresses->is_name = target->kind == YETT_TARGET_TCP &&
	    !is_numeric(target);
	return addresses;
}

/* There is no address so far. */
static enum yett_status
note_lack(struct yett_addresses *addresses, const struct yett_fault *why)
{
	addresses->is_stale = true;
	addresses->lack = strdup(why->what);
	return addresses->lack == NULL ? YETT_E_NOMEM : YETT_OK;
}

enum yett_status
yett_addresses_new(struct yett_addresses **out, struct yett_target *target,
    const struct yett_lookup_env *env, struct yett_fault *fault)
{
	struct yett_fault why = YETT_FAULT_NONE;
	struct yett_addresses *addresses;
	struct yett_lookup found;
	enum yett_status status = look_up(target, env, &found, &why);

	if (status != YETT_OK && status != YETT_E_NOT_FOUND)
		return yett_fail(fault, status, "%s", why.what);
	addresses = make_addresses(target);
	if (addresses == NULL)
		return YETT_E_NOMEM;
	status = status == YETT_OK ? replace(addresses, &found)
				   : note_lack(addresses, &why);
	if (status != YETT_OK) {
		yett_addresses_unref(&addresses);
		return status;
	}
	*out = addresses;
	return YETT_OK;
}

bool
yett_addresses_lacks(struct yett_addresses *addresses, const char **why)
{
	bool lacks;

	*why = addresses->lack;
	if (addresses->lack == NULL)
		return false;
	pthread_mutex_lock(&addresses->lock);
	lacks = addresses->count == 0;
	pthread_mutex_unlock(&addresses->lock);
	return lacks;
}

struct yett_addresses *
yett_addresses_ref(struct yett_addresses *addresses)
{
	atomic_fetch_add_explicit(&addresses->refs, 1, memory_order_relaxed);
	return addresses;
}

void
yett_addresses_unref(struct yett_addresses **addresses)
{
	struct yett_addresses *taken = *addresses;

	*addresses = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	release(taken->endpoint, taken->count);
	yett_target_unref(&taken->target);
	pthread_mutex_destroy(&taken->lock);
	free(taken->lack);
	free(taken);
}

const struct yett_target *
yett_addresses_target(const struct yett_addresses *addresses)
{
	return addresses->target;
}

static void
tell_addresses(const struct yett_addresses *addresses,
    const struct yett_lookup *found)
{
	char list[YETT_ADDRESSES_MOST * (YETT_ADDRESS_TEXT + 1)] = "";

	for (size_t i = 0; i < found->count; i++) {
		char text[YETT_ADDRESS_TEXT];

		if (i > 0)
			strcat(list, ",");
		strcat(list, yett_address_write(&found->address[i], text));
	}
	yett_log(YETT_LOG_INFO, "upstream-resolved",
	    "upstream=\"%s\" addresses=%s", addresses->target->text.at, list);
}

void
yett_addresses_refresh(struct yett_addresses *addresses, yett_resolve *resolve)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	bool was_stale, is_stale, is_changed = false;
	struct yett_lookup found;
	char why[512];

	if (!addresses->is_name)
		return;
	is_stale = look_up(addresses->target,
		       &(struct yett_lookup_env){ .resolve = resolve }, &found,
		       &fault) != YETT_OK;
	pthread_mutex_lock(&addresses->lock);
	was_stale = addresses->is_stale;
	addresses->is_stale = is_stale;
	if (!is_stale && !is_same(addresses, &found))
		is_changed = replace(addresses, &found) == YETT_OK;
	pthread_mutex_unlock(&addresses->lock);
	if (is_stale && !was_stale)
		yett_log(YETT_LOG_WARN, "upstream-unresolved",
		    "upstream=\"%s\" error=%s", addresses->target->text.at,
		    yett_log_quote(why, sizeof(why),
			yett_slice_of(fault.what)));
	else if (is_changed || (was_stale && !is_stale))
		tell_addresses(addresses, &found);
}

uint32_t
yett_addresses_version(const struct yett_addresses *addresses)
{
	return atomic_load_explicit(&addresses->version, memory_order_acquire);
}

uint32_t
yett_addresses_take(struct yett_addresses *addresses,
    struct yett_endpoint *out[YETT_ADDRESSES_MOST], uint32_t *version)
{
	uint32_t count;

	pthread_mutex_lock(&addresses->lock);
	count = addresses->count;
	for (uint32_t i = 0; i < count; i++)
		out[i] = yett_endpoint_ref(addresses->endpoint[i]);
	*version = atomic_load_explicit(&addresses->version,
	    memory_order_relaxed);
	pthread_mutex_unlock(&addresses->lock);
	return count;
}

void
yett_addresses_limit(struct yett_addresses *addresses)
{
	pthread_mutex_lock(&addresses->lock);
	addresses->is_limited = true;
	for (uint32_t i = 0; i < addresses->count; i++)
		yett_slots_limit(&addresses->endpoint[i]->slots);
	pthread_mutex_unlock(&addresses->lock);
}

uint32_t
yett_addresses_count(struct yett_addresses *addresses, bool down)
{
	uint32_t count = 0;

	pthread_mutex_lock(&addresses->lock);
	for (uint32_t i = 0; i < addresses->count; i++)
		count += (yett_health_retry_at(
			      &addresses->endpoint[i]->health) != 0) == down;
	pthread_mutex_unlock(&addresses->lock);
	return count;
}
