/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/origin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <microhttpd.h>

/* One request, from its head to its answer. */
struct telling {
	uint64_t body; /* bytes so far */
};

static enum MHD_Result
tell_header(void *out, enum MHD_ValueKind kind, const char *name,
    const char *value)
{
	(void)kind;
	fprintf(out, "%s: %s\n", name, value != NULL ? value : "");
	return MHD_YES;
}

/* Takes `text`, which may be NULL for want of memory. */
static enum MHD_Result
answer_text(struct MHD_Connection *connection, char *text, size_t len)
{
	struct MHD_Response *response;
	enum MHD_Result result;

	if (text == NULL)
		return MHD_NO;
	response = MHD_create_response_from_buffer(len, text,
	    MHD_RESPMEM_MUST_FREE);
	if (response == NULL) {
		free(text);
		return MHD_NO;
	}
	result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
	    "text/plain; charset=utf-8");
	if (result == MHD_YES)
		result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
answer(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **request)
{
	struct telling *telling = *request;
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	(void)arg;
	(void)version;
	(void)upload;
	if (telling == NULL) { /* the head is complete, the body is not */
		*request = calloc(1, sizeof(*telling));
		return *request != NULL ? MHD_YES : MHD_NO;
	}
	if (*upload_len > 0) {
		telling->body += *upload_len;
		*upload_len = 0;
		return MHD_YES;
	}
	out = open_memstream(&text, &len);
	if (out == NULL)
		return MHD_NO;
	fprintf(out, "This is the demo's origin. It received:\n\n%s %s\n",
	    method, url);
	MHD_get_connection_values(connection, MHD_HEADER_KIND, tell_header,
	    out);
	if (telling->body > 0)
		fprintf(out, "\nand a body of %" PRIu64 " bytes\n",
		    telling->body);
	if (fclose(out) != 0) {
		free(text);
		text = NULL;
	}
	return answer_text(connection, text, len);
}

static void
forget(void *arg, struct MHD_Connection *connection, void **request,
    enum MHD_RequestTerminationCode code)
{
	(void)arg;
	(void)connection;
	(void)code;
	free(*request);
	*request = NULL;
}

struct MHD_Daemon *
yett_origin_start(void)
{
	/* Flags and limit as yett_mhd.h explains them. */
	return MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
	    0, NULL, NULL, answer, NULL, MHD_OPTION_CONNECTION_LIMIT, 100000,
	    MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_END);
}

void
yett_origin_stop(struct MHD_Daemon *origin)
{
	if (origin != NULL)
		MHD_stop_daemon(origin);
}
