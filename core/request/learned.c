/* SPDX-License-Identifier: Apache-2.0 */
#include "request/learned.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/siphash.h"
#include "tls/library.h"

#define WAYS 4
#define SETS ((size_t)1 << 14)
#define NAME_MOST 256 /* of a server name; longer ones are no names */

/* An entry: the tag above, the end below. Ends are in 2^26 nanoseconds, 67 ms,
 * of the monotonic clock, whose 32 bits last for nine years. 0: empty. */
#define TICK_BITS 26

struct yett_learned {
	uint8_t key[YETT_SIPHASH_KEY_LEN];
	atomic_uint_fast64_t entry[SETS][WAYS];
};

enum yett_status
yett_learned_new(struct yett_learned **out, struct yett_fault *fault)
{
	struct yett_learned *learned = calloc(1, sizeof(*learned));
	enum yett_status status;

	if (learned == NULL)
		return YETT_E_NOMEM;
	status = yett_random(learned->key, sizeof(learned->key), fault);
	if (status == YETT_OK)
		*out = learned;
	else
		free(learned);
	return status;
}

void
yett_learned_free(struct yett_learned *learned)
{
	free(learned);
}

static uint64_t
hash_of(const struct yett_learned *learned, const struct yett_ip *ip,
    struct yett_slice sni)
{
	char bytes[sizeof(ip->byte) + NAME_MOST];
	size_t len = sni.len < NAME_MOST ? sni.len : NAME_MOST;

	memcpy(bytes, ip->byte, sizeof(ip->byte));
	if (len > 0)
		memcpy(bytes + sizeof(ip->byte), sni.at, len);
	return yett_siphash(learned->key,
	    (struct yett_slice){ bytes, sizeof(ip->byte) + len });
}

static uint32_t
tag_of(uint64_t entry)
{
	return (uint32_t)(entry >> 32);
}

static uint32_t
end_of(uint64_t entry)
{
	return (uint32_t)entry;
}

void
yett_learned_add(struct yett_learned *learned, const struct yett_ip *ip,
    struct yett_slice sni, uint64_t now, uint32_t ms)
{
	uint64_t hash = hash_of(learned, ip, sni);
	atomic_uint_fast64_t *set = learned->entry[hash % SETS];
	uint64_t end = (now + ms * YETT_NS_PER_MS) >> TICK_BITS;
	uint32_t oldest = UINT32_MAX;
	int place = 0;

	for (int i = 0; i < WAYS; i++) {
		uint64_t entry = atomic_load_explicit(&set[i],
		    memory_order_relaxed);

		if (tag_of(entry) == tag_of(hash)) {
			place = i;
			break;
		}
		if (end_of(entry) < oldest) {
			oldest = end_of(entry);
			place = i;
		}
	}
	atomic_store_explicit(&set[place],
	    (uint64_t)tag_of(hash) << 32 | (uint32_t)(end + 1),
	    memory_order_relaxed);
}

bool
yett_learned_has(const struct yett_learned *learned, const struct yett_ip *ip,
    struct yett_slice sni, uint64_t now)
{
	uint64_t hash = hash_of(learned, ip, sni);
	const atomic_uint_fast64_t *set = learned->entry[hash % SETS];

	for (int i = 0; i < WAYS; i++) {
		uint64_t entry = atomic_load_explicit(&set[i],
		    memory_order_relaxed);

		if (tag_of(entry) == tag_of(hash) &&
		    end_of(entry) > now >> TICK_BITS)
			return true;
	}
	return false;
}
