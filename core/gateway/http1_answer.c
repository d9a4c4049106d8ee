/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1_answer.h"

#include <inttypes.h>

#include "base/log.h"
#include "gateway/http1_bytes.h"
#include "gateway/http1_upstream.h"

/* What of a refused request's body is read for the sake of the connection. */
#define DISCARD_MOST 65536

/* --- notes --- */

/* A new id, "bbbbbbwwcccccccc": of this run, worker and decision. */
void
yett_http1_name_decision(struct yett_http1 *http1)
{
	static const char hex[] = "0123456789abcdef";
	struct yett_context *context = http1->context;
	uint64_t id = yett_context_id(context, ++context->decision_count);

	for (int i = 0; i < 16; i++)
		http1->id[i] = hex[id >> (60 - 4 * i) & 15];
	http1->id[16] = '\0';
}

/* Copy what the access log tells at the end, when head and decision are gone.
 * Appending may move the buffer, so slices are made once all is in. */
void
yett_http1_note_request(struct yett_http1 *http1, struct yett_slice method,
    struct yett_slice path, struct yett_slice host)
{
	struct yett_slice texts[] = { method, path, host };
	struct yett_access *access = &http1->access;
	struct yett_buf *note = &http1->note;
	const char *at;

	if (http1->pinned->rollout->access == NULL)
		return;
	for (size_t i = 0; i < 3; i++)
		if (yett_buf_append(note, texts[i]) != YETT_OK)
			return;
	at = yett_buf_slice(note).at;
	access->method = (struct yett_slice){ at, method.len };
	access->path = (struct yett_slice){ at + method.len, path.len };
	access->host = (struct yett_slice){ at + method.len + path.len,
		host.len };
}

void
yett_http1_note_decision(struct yett_http1 *http1,
    const struct yett_decision *decision)
{
	/* These live as long as the pinned generation. */
	if (decision->site != NULL)
		http1->access.site = decision->site->name;
	if (decision->rule != NULL)
		http1->access.rule = decision->rule->label;
	http1->access.shadow = decision->shadow;
}

void
yett_http1_note_connection(struct yett_http1 *http1,
    const struct yett_head *head)
{
	struct yett_loop *loop = http1->context->loop;
	uint16_t version = yett_session_version(http1->session);

	http1->access = (struct yett_access){
		.began = yett_loop_wall(loop) -
		    (yett_loop_now(loop) - http1->began),
		.client = http1->client,
		.server = http1->server,
		.server_port = http1->server_port,
		.id = yett_slice_of(http1->id),
		.tls = version == 0x0304 ? YETT_LIT("1.3")
		    : version == 0x0303  ? YETT_LIT("1.2")
					 : YETT_SLICE_NONE,
		.generation = yett_generation_id(http1->pinned->rollout->gen),
		.minor = head->minor,
		.asked = yett_session_asked(http1->session)->need,
		.resumed = yett_session_resumed(http1->session),
	};
}

void
yett_http1_log_refusal(const struct yett_http1 *http1,
    const struct yett_request_target *target,
    const struct yett_decision *decision)
{
	bool shadow = decision->shadow != YETT_REASON_NONE;
	const char *event = shadow ? "request-in-shadow" : "request-refused";
	char path[256], host[256];

	if (!yett_log_has_room(YETT_LOG_INFO, event))
		return;
	yett_log(YETT_LOG_INFO, event,
	    "worker=%u generation=%" PRIu64
	    " decision=%s host=%s path=%s reason=%s cause=%s client=%.*s",
	    http1->context->index, http1->access.generation, http1->id,
	    yett_log_quote(host, sizeof(host), yett_host_name(&target->host)),
	    yett_log_quote(path, sizeof(path), target->uri.path),
	    yett_reason_name(shadow ? decision->shadow : decision->reason),
	    yett_cause_name(shadow ? decision->shadow_cause : decision->cause),
	    YETT_ARG(http1->client));
}

void
yett_http1_blame(struct yett_http1 *http1, enum yett_ending ending)
{
	if (http1->pinned == NULL || http1->access.error.len > 0)
		return;
	http1->access.error = yett_slice_of(yett_ending_name(ending));
	http1->access.win32 = yett_ending_win32(ending);
}

static void
log_access(struct yett_http1 *http1)
{
	struct yett_access *access = &http1->access;
	struct yett_access_log *log = http1->pinned->rollout->access;

	if (log == NULL)
		return;
	access->received += http1->body.payload;
	access->duration = yett_clock_monotonic() - http1->began;
	if (!yett_access_log_write(log, access, &http1->context->scratch.text))
		yett_count(http1->context->counters, YETT_COUNT_ACCESS_LOST);
}

/* --- the end of a request --- */

static void
count_request(struct yett_http1 *http1)
{
	unsigned status = http1->access.status;

	yett_count(http1->context->counters,
	    status >= 100 && status <= 599
		? YETT_COUNT_REQUEST + status / 100 - 1
		: YETT_COUNT_REQUEST_CUT);
}

/* However it ended: a client that cuts the connection is logged, too. */
void
yett_http1_end_request(struct yett_http1 *http1)
{
	yett_http1_close_exchange(http1);
	if (http1->pinned != NULL) {
		count_request(http1);
		if (http1->access.status == 101)
			yett_count_add(http1->context->counters,
			    YETT_COUNT_TUNNELS_OPEN, UINT64_MAX);
		log_access(http1);
		yett_context_unpin(http1->context, http1->pinned);
	}
	http1->pinned = NULL;
	http1->began = 0;
	yett_buf_clear(&http1->note);
	yett_buf_clear(&http1->trailers);
	yett_buf_clear(&http1->offer);
}

/* The answer is complete in `out`; go on with the next request or end. */
void
yett_http1_finish(struct yett_http1 *http1)
{
	yett_http1_end_request(http1);
	http1->answered++;
	if (http1->context->draining)
		http1->close = true;
	if (http1->close)
		http1->state = YETT_HTTP1_ENDED;
	else if (http1->body_done)
		http1->state = YETT_HTTP1_HEAD;
	else
		http1->state = YETT_HTTP1_DISCARD;
}

/* Only when little of a body is left. When the client waits for a 100 that
 * will not come, it cannot be known whether it then sends the body (RFC 9110,
 * section 10.1.1). */
void
yett_http1_plan_rest(struct yett_http1 *http1)
{
	http1->discard = DISCARD_MOST;
	if (http1->body_done)
		return;
	if (http1->expects ||
	    (http1->body.framing == YETT_FRAMING_LENGTH &&
		http1->body.left > DISCARD_MOST))
		http1->close = true;
}

/* Answer the request ourselves. */
void
yett_http1_answer(struct yett_http1 *http1, const struct yett_answer *answer)
{
	struct yett_buf *body = &http1->context->scratch.body;
	struct yett_answer_env env;

	yett_http1_plan_rest(http1);
	env = (struct yett_answer_env){
		.id = yett_slice_of(http1->id),
		.date = yett_context_date(http1->context),
		.html = http1->html,
		.head_only = http1->head_only,
		.close = http1->close || http1->context->draining,
		.keep = http1->access.minor == 0,
	};
	if (yett_answer_write(answer, &env, body, &http1->out) != YETT_OK) {
		yett_http1_starve(http1);
		return;
	}
	http1->access.status = answer->status;
	http1->access.substatus = answer->substatus;
	if (answer->win32 != 0)
		http1->access.win32 = answer->win32;
	http1->access.bytes = http1->head_only ? 0 : yett_buf_len(body);
	yett_http1_finish(http1);
}

void
yett_http1_cut(struct yett_http1 *http1, const struct yett_answer *answer)
{
	http1->access.status = answer->status;
	http1->access.win32 = yett_ending_win32(YETT_ENDING_STOPPED);
	http1->reset = true;
	yett_http1_end_request(http1);
	http1->state = YETT_HTTP1_BROKEN;
}

/* Answer that the message itself is wrong, and end: what follows it cannot be
 * told apart from it any more. */
void
yett_http1_refuse(struct yett_http1 *http1, const struct yett_answer *answer)
{
	yett_count_message(http1->context->counters, answer->status);
	http1->close = true;
	if (http1->access.error.len == 0)
		http1->access.error = answer->detail;
	yett_http1_answer(http1, answer);
}

void
yett_http1_answer_plain(struct yett_http1 *http1, unsigned status,
    const char *why)
{
	struct yett_answer plain;

	yett_answer_plain(status, why, &plain);
	yett_http1_refuse(http1, &plain);
}
