/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/endpoint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"

struct yett_endpoint *
yett_endpoint_new(struct yett_target *target,
    const struct yett_address *address)
{
	struct yett_endpoint *endpoint = calloc(1, sizeof(*endpoint));

	if (endpoint == NULL)
		return NULL;
	atomic_init(&endpoint->refs, 1);
	endpoint->target = yett_target_ref(target);
	endpoint->address = *address;
	yett_slots_init(&endpoint->slots);
	return endpoint;
}

struct yett_endpoint *
yett_endpoint_ref(struct yett_endpoint *endpoint)
{
	atomic_fetch_add_explicit(&endpoint->refs, 1, memory_order_relaxed);
	return endpoint;
}

void
yett_endpoint_unref(struct yett_endpoint **endpoint)
{
	struct yett_endpoint *taken = *endpoint;

	*endpoint = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	yett_slots_clear(&taken->slots);
	yett_target_unref(&taken->target);
	free(taken);
}

void
yett_endpoint_fail(struct yett_endpoint *endpoint, enum yett_health_blow blow,
    bool is_trial, uint64_t now, uint32_t chance, const char *why)
{
	char address[YETT_ADDRESS_TEXT], quoted[512];

	if (!yett_health_fail(&endpoint->health, blow, is_trial, now, chance))
		return;
	yett_log(YETT_LOG_WARN, "upstream-down",
	    "upstream=\"%s\" address=%s error=%s", endpoint->target->text.at,
	    yett_address_write(&endpoint->address, address),
	    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(why)));
}

void
yett_endpoint_answer(struct yett_endpoint *endpoint)
{
	char address[YETT_ADDRESS_TEXT];

	if (yett_health_answer(&endpoint->health))
		yett_log(YETT_LOG_INFO, "upstream-up",
		    "upstream=\"%s\" address=%s", endpoint->target->text.at,
		    yett_address_write(&endpoint->address, address));
}
