/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/connection_limit.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/siphash.h"
#include "tls/library.h"

#define ADDRESS_LEN 16
#define NETWORK_LEN 8
#define PARTS 256
#define BUCKETS 64
#define CACHE_LINE 64

struct entry {
	struct entry *next; /* in its bucket */
	uint8_t key[ADDRESS_LEN];
	uint32_t count;
};

/* Some of the addresses. */
struct part {
	_Alignas(CACHE_LINE) pthread_mutex_t lock; /* guards the rest */
	struct entry *bucket[BUCKETS];
};

struct yett_connection_limit {
	struct part part[PARTS];
	uint8_t key[YETT_SIPHASH_KEY_LEN];
	pthread_mutex_t lock; /* guards `waiters` */
	struct yett_list waiters;
	_Alignas(CACHE_LINE) atomic_uint count; /* connections */
	atomic_uint waiting;                    /* how many waiters */
};

enum yett_status
yett_connection_limit_new(struct yett_connection_limit **out,
    struct yett_fault *fault)
{
	struct yett_connection_limit *limit =
	    aligned_alloc(_Alignof(struct yett_connection_limit),
		sizeof(*limit));
	enum yett_status status;

	if (limit == NULL)
		return YETT_E_NOMEM;
	memset(limit, 0, sizeof(*limit));
	for (size_t i = 0; i < PARTS; i++)
		pthread_mutex_init(&limit->part[i].lock, NULL);
	pthread_mutex_init(&limit->lock, NULL);
	yett_list_init(&limit->waiters);
	status = yett_random(limit->key, sizeof(limit->key), fault);
	if (status == YETT_OK)
		*out = limit;
	else
		yett_connection_limit_free(limit);
	return status;
}

static void
clear_part(struct part *part)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (part->bucket[i] != NULL) {
			struct entry *entry = part->bucket[i];

			part->bucket[i] = entry->next;
			free(entry);
		}
	pthread_mutex_destroy(&part->lock);
}

void
yett_connection_limit_free(struct yett_connection_limit *limit)
{
	if (limit == NULL)
		return;
	for (size_t i = 0; i < PARTS; i++)
		clear_part(&limit->part[i]);
	pthread_mutex_destroy(&limit->lock);
	free(limit);
}

/* --- all connections --- */

bool
yett_connection_limit_enter(struct yett_connection_limit *limit, uint32_t most)
{
	unsigned count = atomic_load_explicit(&limit->count,
	    memory_order_relaxed);

	do {
		if (count >= most)
			return false;
	} while (
	    !atomic_compare_exchange_weak(&limit->count, &count, count + 1));
	return true;
}

/* No longer in the list; the lock is held. */
static void
remove_waiter(struct yett_connection_limit *limit,
    struct yett_connection_limit_waiter *waiter)
{
	yett_list_remove(&waiter->node);
	atomic_fetch_sub(&limit->waiting, 1);
}

/* All of them: whom the system has given nothing to accept would not pass it
 * on. */
static void
wake(struct yett_connection_limit *limit)
{
	pthread_mutex_lock(&limit->lock);
	while (!yett_list_is_empty(&limit->waiters)) {
		struct yett_connection_limit_waiter *waiter =
		    YETT_LIST_ELEMENT(limit->waiters.next,
			struct yett_connection_limit_waiter, node);

		remove_waiter(limit, waiter);
		yett_wakeup_send(waiter->wakeup);
	}
	pthread_mutex_unlock(&limit->lock);
}

void
yett_connection_limit_leave(struct yett_connection_limit *limit)
{
	atomic_fetch_sub(&limit->count, 1);
	if (atomic_load(&limit->waiting) > 0)
		wake(limit);
}

static bool
does_wait(const struct yett_connection_limit_waiter *waiter)
{
	return waiter->node.next != NULL && !yett_list_is_empty(&waiter->node);
}

/* Who leaves counts first and then looks for waiters, who come here first and
 * look at the count then: one sees the other. */
bool
yett_connection_limit_await(struct yett_connection_limit *limit,
    struct yett_connection_limit_waiter *waiter, uint32_t most)
{
	pthread_mutex_lock(&limit->lock);
	if (!does_wait(waiter)) {
		yett_list_append(&limit->waiters, &waiter->node);
		atomic_fetch_add(&limit->waiting, 1);
	}
	pthread_mutex_unlock(&limit->lock);
	if (atomic_load(&limit->count) >= most)
		return true;
	yett_connection_limit_forget(limit, waiter);
	return false;
}

void
yett_connection_limit_forget(struct yett_connection_limit *limit,
    struct yett_connection_limit_waiter *waiter)
{
	pthread_mutex_lock(&limit->lock);
	if (does_wait(waiter))
		remove_waiter(limit, waiter);
	pthread_mutex_unlock(&limit->lock);
}

/* --- those of an address --- */

static void
write_key(const struct yett_address *client, uint8_t key[ADDRESS_LEN])
{
	static const uint8_t mapped[ADDRESS_LEN - 4] = { [10] = 0xff, 0xff };

	yett_address_mapped(client, key);
	if (memcmp(key, mapped, sizeof(mapped)) != 0)
		memset(key + NETWORK_LEN, 0, ADDRESS_LEN - NETWORK_LEN);
}

/* Lock the part of `key`, and tell the bucket in it. */
static struct entry **
enter_part(struct yett_connection_limit *limit, const uint8_t key[ADDRESS_LEN],
    struct part **part)
{
	uint64_t hash = yett_siphash(limit->key,
	    (struct yett_slice){ (const char *)key, ADDRESS_LEN });

	*part = &limit->part[hash % PARTS];
	pthread_mutex_lock(&(*part)->lock);
	return &(*part)->bucket[hash / PARTS % BUCKETS];
}

/* The pointer to the entry of `key`, or to where it would hang. */
static struct entry **
find(struct entry **at, const uint8_t key[ADDRESS_LEN])
{
	while (*at != NULL && memcmp((*at)->key, key, ADDRESS_LEN) != 0)
		at = &(*at)->next;
	return at;
}

static bool
add_one(struct entry **at, const uint8_t key[ADDRESS_LEN], uint32_t most)
{
	if (most == 0)
		return false;
	if (*at == NULL) {
		*at = calloc(1, sizeof(**at));
		if (*at == NULL)
			return false;
		memcpy((*at)->key, key, ADDRESS_LEN);
	}
	if ((*at)->count >= most)
		return false;
	(*at)->count++;
	return true;
}

bool
yett_connection_limit_add(struct yett_connection_limit *limit,
    const struct yett_address *client, uint32_t most)
{
	uint8_t key[ADDRESS_LEN];
	struct entry **bucket;
	struct part *part;
	bool fits;

	write_key(client, key);
	bucket = enter_part(limit, key, &part);
	fits = add_one(find(bucket, key), key, most);
	pthread_mutex_unlock(&part->lock);
	return fits;
}

void
yett_connection_limit_remove(struct yett_connection_limit *limit,
    const struct yett_address *client)
{
	struct entry **at, *entry;
	uint8_t key[ADDRESS_LEN];
	struct part *part;

	write_key(client, key);
	at = find(enter_part(limit, key, &part), key);
	entry = *at;
	if (entry != NULL && --entry->count == 0)
		*at = entry->next;
	else
		entry = NULL;
	pthread_mutex_unlock(&part->lock);
	free(entry);
}
