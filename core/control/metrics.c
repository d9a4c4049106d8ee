/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements yett_gateway_add_metrics() of yett_mhd.h: the page of what a
 * gateway counts, for Prometheus. The text exposition format, version 0.0.4,
 * made anew for each request and served by a libmicrohttpd daemon inside this
 * process.
 */
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#include <microhttpd.h>

#include "control/app.h"
#include "gateway/gateway.h"
#include "yett_mhd.h"

#define CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* --- the text --- */

struct page {
	struct yett_buf *out;
	enum yett_status status; /* of the first failure */
	const char *family;      /* the one that was begun last */
};

static void
put(struct page *page, struct yett_slice text)
{
	if (page->status == YETT_OK)
		page->status = yett_buf_append(page->out, text);
}

static void
put_text(struct page *page, const char *text)
{
	put(page, yett_slice_of(text));
}

/* A label's value has no raw '\', '"' or line feed, a help no raw '\' or line
 * feed. */
static void
put_escaped(struct page *page, const char *text, bool quoted)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			put_text(page, "\\n");
		else if (*text == '\\' || (*text == '"' && quoted))
			put(page,
			    (struct yett_slice){ (char[]){ '\\', *text }, 2 });
		else
			put(page, (struct yett_slice){ text, 1 });
	}
}

static void
begin_family(struct page *page, const struct yett_metric *metric)
{
	page->family = metric->name;
	put_text(page, "# HELP ");
	put_text(page, metric->name);
	put_text(page, " ");
	put_escaped(page, metric->help, false);
	put_text(page, "\n# TYPE ");
	put_text(page, metric->name);
	put_text(page,
	    metric->kind == YETT_METRIC_COUNTER ? " counter\n" : " gauge\n");
}

static void
put_metric(void *arg, const struct yett_metric *metric)
{
	struct page *page = arg;
	char value[24];

	if (page->family != metric->name)
		begin_family(page, metric);
	put_text(page, metric->name);
	if (metric->label != NULL) {
		put_text(page, "{");
		put_text(page, metric->label);
		put_text(page, "=\"");
		put_escaped(page, metric->label_value, true);
		put_text(page, "\"}");
	}
	snprintf(value, sizeof(value), " %" PRIu64 "\n", metric->value);
	put_text(page, value);
}

static enum yett_status
write_page(struct yett_gateway *gateway, struct yett_buf *out)
{
	struct page page = { out, YETT_OK, NULL };

	yett_gateway_metrics(gateway, put_metric, &page);
	return page.status;
}

/* --- the page --- */

static enum MHD_Result
reply(struct MHD_Connection *connection, unsigned status,
    struct MHD_Response *response, const char *name, const char *value)
{
	enum MHD_Result result = MHD_NO;

	if (response == NULL)
		return MHD_NO;
	if (MHD_add_response_header(response, name, value) == MHD_YES)
		result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
send_page(struct MHD_Connection *connection, struct yett_gateway *gateway)
{
	struct yett_buf text = { 0 };
	struct MHD_Response *response = NULL;

	if (write_page(gateway, &text) == YETT_OK)
		response = MHD_create_response_from_buffer(yett_buf_len(&text),
		    text.memory + text.start, MHD_RESPMEM_MUST_COPY);
	yett_buf_clear(&text);
	return reply(connection, MHD_HTTP_OK, response,
	    MHD_HTTP_HEADER_CONTENT_TYPE, CONTENT_TYPE);
}

static enum MHD_Result
refuse(struct MHD_Connection *connection)
{
	return reply(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
	    MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT),
	    MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
}

/* An answer in the first call would end the connection (yett_mhd.h); a body is
 * read and dropped. */
static enum MHD_Result
answer(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **request)
{
	static char seen;

	(void)url;
	(void)version;
	(void)upload;
	if (*request == NULL || *upload_len > 0) {
		*request = &seen;
		*upload_len = 0;
		return MHD_YES;
	}
	return strcmp(method, MHD_HTTP_METHOD_GET) == 0 ||
		strcmp(method, MHD_HTTP_METHOD_HEAD) == 0
	    ? send_page(connection, arg)
	    : refuse(connection);
}

static void
stop(void *daemon)
{
	MHD_stop_daemon(daemon);
}

/* Signals are the program's: this thread takes none of them. */
static struct MHD_Daemon *
start(struct yett_gateway *gateway)
{
	struct MHD_Daemon *daemon;
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	/* Flags and limit as yett_mhd.h explains them. */
	daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
	    0, NULL, NULL, answer, gateway, MHD_OPTION_CONNECTION_LIMIT, 100000,
	    MHD_OPTION_END);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return daemon;
}

enum yett_status
yett_gateway_add_metrics(struct yett_gateway *gateway, const char *name,
    struct yett_fault *fault)
{
	struct MHD_Daemon *daemon = start(gateway);
	enum yett_status status;

	if (daemon == NULL)
		return yett_fail(fault, YETT_E_SYSTEM,
		    "libmicrohttpd cannot start the page of metrics");
	status = yett_gateway_add_app(gateway, yett_slice_of(name),
	    &(struct yett_app_door){ yett_app_open, stop, daemon }, fault);
	if (status != YETT_OK)
		stop(daemon);
	return status;
}
