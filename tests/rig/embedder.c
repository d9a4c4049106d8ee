/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embedder.c - a program whose pages are served by libmicrohttpd, with the
 * gateway in front of them: embedder POLICY
 *
 * The policy says upstream = "app:pages". A page is what the application was
 * told: method, path, client address, certificate, and the body that came.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <microhttpd.h>

#include "yett.h"
#include "yett_mhd.h"

#define BODY_MAX 65536

/* One request: what came of its body. */
struct page {
	size_t len;
	char body[BODY_MAX];
};

static enum MHD_Result
send_page(struct MHD_Connection *connection, const char *url,
    const char *method, const struct page *page)
{
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *certificate = MHD_lookup_connection_value(connection,
	    MHD_HEADER_KIND, "Client-Cert");
	char address[INET6_ADDRSTRLEN] = "?", text[512];
	struct MHD_Response *response;
	enum MHD_Result result;
	int len;

	if (info != NULL && info->client_addr->sa_family == AF_INET)
		inet_ntop(AF_INET,
		    &((const struct sockaddr_in *)info->client_addr)->sin_addr,
		    address, sizeof(address));
	len = snprintf(text, sizeof(text), "%s %s from %s, %s, body %zu\n",
	    method, url, address,
	    certificate != NULL ? "certificate" : "no certificate", page->len);
	response = MHD_create_response_from_buffer((size_t)len, text,
	    MHD_RESPMEM_MUST_COPY);
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
answer(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload, size_t *len,
    void **state)
{
	struct page *page = *state;

	(void)arg;
	(void)version;
	if (page == NULL) {
		*state = calloc(1, sizeof(*page));
		return *state != NULL ? MHD_YES : MHD_NO;
	}
	if (*len == 0)
		return send_page(connection, url, method, page);
	if (*len <= BODY_MAX - page->len) {
		memcpy(page->body + page->len, upload, *len);
		page->len += *len;
	}
	*len = 0;
	return MHD_YES;
}

static void
forget(void *arg, struct MHD_Connection *connection, void **state,
    enum MHD_RequestTerminationCode code)
{
	(void)arg;
	(void)connection;
	(void)code;
	free(*state);
}

struct loading {
	struct yett_gateway *gateway;
	const char *policy;
};

static void *
load(void *arg)
{
	const struct loading *loading = arg;

	/* The log says what is wrong; the old policy stays. */
	(void)yett_gateway_load(loading->gateway, loading->policy, NULL, NULL);
	return NULL;
}

/* Reloads from two threads at once: an embedder may. */
static void
load_twice(struct yett_gateway *gateway, const char *policy)
{
	struct loading loading = { gateway, policy };
	pthread_t other;
	int error = pthread_create(&other, NULL, load, &loading);

	(void)load(&loading);
	if (error == 0)
		pthread_join(other, NULL);
}

/* SIGHUP loads the policy again, twice; SIGTERM drains. */
static void
serve(struct yett_gateway *gateway, const char *policy, const sigset_t *set)
{
	int number = SIGHUP;

	while (sigwait(set, &number) == 0 && number == SIGHUP)
		load_twice(gateway, policy);
	yett_gateway_drain(gateway);
}

int
main(int argc, char **argv)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_gateway *gateway = NULL;
	struct MHD_Daemon *daemon;
	int exit_status = 1;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD |
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
	    0, NULL, NULL, answer, NULL, MHD_OPTION_CONNECTION_LIMIT, 100000,
	    MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_END);
	if (argc == 2 && daemon != NULL &&
	    yett_gateway_new(&gateway, &fault) == YETT_OK &&
	    yett_gateway_add_mhd(gateway, "pages", daemon, &fault) == YETT_OK &&
	    yett_gateway_load(gateway, argv[1], NULL, &fault) == YETT_OK &&
	    yett_gateway_start(gateway, &fault) == YETT_OK) {
		serve(gateway, argv[1], &set);
		exit_status = 0;
	} else {
		fprintf(stderr, "%s: %s\n", fault.where, fault.what);
	}
	yett_gateway_free(gateway);
	if (daemon != NULL)
		MHD_stop_daemon(daemon);
	return exit_status;
}
