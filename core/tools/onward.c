/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/onward.h"

static void
answer(struct yett_onward *onward, const struct yett_answer *with, bool close)
{
	onward->is_answered = true;
	onward->answer = *with;
	onward->close = close;
}

static bool
may_have_body(const struct yett_head *head)
{
	return head->framing != YETT_FRAMING_NONE ||
	    head->method_id == YETT_METHOD_POST ||
	    head->method_id == YETT_METHOD_PUT ||
	    head->method_id == YETT_METHOD_PATCH;
}

static void
read_limit(struct yett_onward *onward, const struct yett_settings *settings,
    const struct yett_rule *rule, const struct yett_head *head)
{
	bool is_own = rule->body_limit != YETT_AS_GATEWAY;
	uint64_t most = yett_rule_or_gateway(rule->body_limit,
	    settings->limits.body);
	struct yett_answer too_long;

	if (is_own || may_have_body(head))
		onward->body_limit = most;
	if (most == 0 || head->length <= most)
		return;
	yett_answer_plain(413, "The body is longer than is allowed.",
	    &too_long);
	answer(onward, &too_long, true);
}

/* Why no protocol goes on; in the order in which forwarding looks. */
static const char *
why_none(const struct yett_rule *rule, const struct yett_head *head)
{
	if (!head->wants_upgrade)
		return "no \"Connection: upgrade\" comes with it";
	if (head->method_id != YETT_METHOD_GET)
		return "the method is not GET";
	if (head->framing != YETT_FRAMING_NONE)
		return "the request has a body";
	switch (rule->upgrade) {
	case YETT_UPGRADE_NONE: return "upgrade = \"none\" holds here";
	case YETT_UPGRADE_WEBSOCKET:
		return "upgrade = \"websocket\" holds here";
	case YETT_UPGRADE_ANY: break;
	}
	return "its bytes could hide requests, or it is none";
}

static enum yett_status
read_upgrade(struct yett_onward *onward, const struct yett_rule *rule,
    const struct yett_head *head)
{
	enum yett_status status = YETT_OK;

	if (yett_field_find(head->field, head->field_count,
		YETT_FIELD_UPGRADE) == NULL)
		return YETT_OK;
	status = yett_forward_offer(head, rule->upgrade, &onward->protocols);
	if (yett_buf_len(&onward->protocols) == 0)
		onward->no_upgrade = why_none(rule, head);
	return status;
}

enum yett_status
yett_onward_read(struct yett_onward *out, const struct yett_settings *settings,
    const struct yett_rule *rule, const struct yett_head *head)
{
	static const struct yett_answer options = { .status = 200 };

	*out = (struct yett_onward){ .is_answered = false };
	if (yett_forward_hops(head) == 0) {
		answer(out, &options, false);
		return YETT_OK;
	}
	read_limit(out, settings, rule, head);
	return read_upgrade(out, rule, head);
}

void
yett_onward_clear(struct yett_onward *onward)
{
	yett_buf_clear(&onward->protocols);
}
