/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/http1_redirect.h"

#include "gateway/http1_answer.h"
#include "gateway/http1_bytes.h"

/* The port of the URL; 0: the one that https means. */
static unsigned
port_of(const struct yett_http1 *http1)
{
	unsigned port = http1->redirect_port != 0
	    ? http1->redirect_port
	    : yett_rollout_https_port(http1->hold->rollout);

	return port == 443 ? 0 : port;
}

/* Only what was parsed and is canonical goes into the URL. */
static enum yett_status
write_url(struct yett_buf *out, const struct yett_request_target *target,
    unsigned port)
{
	enum yett_status status = yett_buf_printf(out, "https://%s",
	    target->host.name);

	if (status == YETT_OK && port != 0)
		status = yett_buf_printf(out, ":%u", port);
	if (status == YETT_OK)
		status = yett_buf_append(out, target->uri.path);
	if (status == YETT_OK && target->uri.has_query)
		status = yett_buf_append(out, YETT_LIT("?"));
	if (status == YETT_OK && target->uri.has_query)
		status = yett_buf_append(out, target->uri.query);
	return status;
}

void
yett_http1_redirect(struct yett_http1 *http1, const struct yett_head *head,
    const struct yett_request_target *target)
{
	const struct yett_generation *gen = http1->hold->rollout->gen;
	struct yett_slice name = yett_host_name(&target->host);
	struct yett_buf *url = &http1->worker->scratch.text;
	bool is_get = head->method_id == YETT_METHOD_GET ||
	    head->method_id == YETT_METHOD_HEAD;
	struct yett_answer answer;

	if (!yett_generation_declares(gen, name)) {
		yett_http1_answer_plain(http1, 421,
		    "No site here has the host of the request.");
		return;
	}
	http1->access.site = yett_generation_site(gen, name)->name;
	yett_buf_consume(url, yett_buf_len(url));
	if (write_url(url, target, port_of(http1)) != YETT_OK) {
		yett_http1_fail(http1);
		return;
	}
	yett_answer_plain(is_get ? 301 : 308, "This site is in https.",
	    &answer);
	answer.location = yett_buf_slice(url);
	yett_http1_answer(http1, &answer);
}
