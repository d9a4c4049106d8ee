/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1_redirect.h"

#include "gateway/http1_answer.h"
#include "gateway/http1_bytes.h"

static uint16_t
port_of(const struct yett_http1 *http1)
{
	return http1->redirect_port != 0
	    ? http1->redirect_port
	    : yett_rollout_https_port(http1->pinned->rollout);
}

void
yett_http1_redirect(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target)
{
	const struct yett_generation *gen = http1->pinned->rollout->gen;
	struct yett_slice name = yett_host_name(&target->host);
	struct yett_refusal refusal;
	struct yett_answer answer;

	if (!yett_request_redirect(gen, head, target, port_of(http1),
		&http1->context->scratch.text, &answer, &refusal)) {
		yett_http1_answer_plain(http1, refusal.status, refusal.why);
		return;
	}
	http1->access.site = yett_generation_site(gen, name)->name;
	yett_http1_answer(http1, &answer);
}
