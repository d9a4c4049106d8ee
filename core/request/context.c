/* SPDX-License-Identifier: Apache-2.0 */
#include "request/context.h"

#include <stdlib.h>

#include "base/log.h"

static void
drop(struct yett_pinned_rollout *pinned)
{
	yett_list_remove(&pinned->node);
	yett_rollout_unref(&pinned->rollout);
	free(pinned);
}

/* Use what is in force; when memory is out what was stays in force here.
 * Listeners follow with the wake-up that comes with it: this may be the
 * request or the accepting of one of them. */
static void
refresh(struct yett_context *context)
{
	struct yett_pinned_rollout *old = context->in_force;
	struct yett_pinned_rollout *pinned = calloc(1, sizeof(*pinned));

	if (pinned == NULL)
		return;
	yett_list_init(&pinned->node);
	pinned->rollout = yett_current_ref(context->current);
	yett_list_append(&context->pinned, &pinned->node);
	context->in_force = pinned;
	if (old != NULL && old->pins == 0)
		drop(old);
}

enum yett_status
yett_context_open(struct yett_context *context, struct yett_fault *fault)
{
	enum yett_status status;

	yett_list_init(&context->pinned);
	status = yett_loop_open(&context->loop, fault);
	if (status == YETT_OK)
		status = yett_pool_open(&context->pool, context->loop);
	if (status != YETT_OK)
		return status;
	yett_recorder_init(&context->recorder, context->loop,
	    context->counters);
	refresh(context);
	return context->in_force != NULL ? YETT_OK : YETT_E_NOMEM;
}

void
yett_context_close(struct yett_context *context)
{
	struct yett_scratch *scratch = &context->scratch;

	yett_recorder_clear(&context->recorder);
	if (context->pool != NULL)
		yett_pool_close(context->pool);
	while (!yett_list_is_empty(&context->pinned))
		drop(YETT_LIST_ELEMENT(context->pinned.next,
		    struct yett_pinned_rollout, node));
	if (context->loop != NULL)
		yett_loop_close(context->loop);
	yett_buf_clear(&scratch->text);
	yett_buf_clear(&scratch->body);
	yett_buf_clear(&scratch->path);
	yett_buf_clear(&scratch->spare_in);
	yett_buf_clear(&scratch->spare_out);
}

struct yett_pinned_rollout *
yett_context_rollout(struct yett_context *context)
{
	if (yett_current_differs(context->current,
		yett_generation_id(context->in_force->rollout->gen)))
		refresh(context);
	return context->in_force;
}

void
yett_rollout_pin(struct yett_pinned_rollout *pinned)
{
	pinned->pins++;
}

void
yett_context_unpin(struct yett_context *context,
    struct yett_pinned_rollout *pinned)
{
	if (--pinned->pins == 0 && pinned != context->in_force)
		drop(pinned);
}

const struct yett_settings *
yett_context_settings(const struct yett_context *context)
{
	return yett_generation_settings(context->in_force->rollout->gen);
}

void
yett_context_memory_out(struct yett_context *context, struct yett_slice client)
{
	yett_count(context->counters, YETT_COUNT_NO_MEMORY);
	yett_log(YETT_LOG_WARN, "memory-out", "worker=%u client=%.*s",
	    context->index, YETT_ARG(client));
}

uint64_t
yett_context_id(const struct yett_context *context, uint32_t serial)
{
	return context->id_base | (uint64_t)(context->index & 0xff) << 32 |
	    serial;
}

struct yett_slice
yett_context_date(struct yett_context *context)
{
	uint64_t second = yett_loop_wall(context->loop) / YETT_NS_PER_S;

	if (second != context->date_second) {
		context->date_second = second;
		(void)yett_date_write(context->date, (int64_t)second);
	}
	return (struct yett_slice){ context->date, YETT_DATE_LEN };
}
