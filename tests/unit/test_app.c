/* SPDX-License-Identifier: Apache-2.0 */
/* An application of libmicrohttpd, reached over a socket pair. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>
#include <microhttpd.h>

#include "control/app.h"
#include "io/address.h"

#define PATIENCE_MS 20000

/* Answers with the client's address, in the second call: libmicrohttpd closes
 * the connection after an answer that was queued in the first. */
static enum MHD_Result
answer(void *arg, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *upload,
    size_t *upload_len, void **request)
{
	static char seen;
	const union MHD_ConnectionInfo *info =
	    MHD_get_connection_info(connection,
		MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr_in *client = (const void *)info->client_addr;
	char text[INET_ADDRSTRLEN] = "none";
	struct MHD_Response *response;
	enum MHD_Result result;

	(void)arg, (void)url, (void)method, (void)version, (void)upload;
	(void)upload_len;
	if (*request == NULL) {
		*request = &seen;
		return MHD_YES;
	}
	if (client->sin_family == AF_INET)
		inet_ntop(AF_INET, &client->sin_addr, text, sizeof(text));
	response = MHD_create_response_from_buffer(strlen(text), text,
	    MHD_RESPMEM_MUST_COPY);
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static struct MHD_Daemon *
start(unsigned flags)
{
	struct MHD_Daemon *daemon = MHD_start_daemon(flags |
		MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ITC,
	    0, NULL, NULL, answer, NULL, MHD_OPTION_END);

	assert_non_null(daemon);
	return daemon;
}

static struct yett_address
client_address(void)
{
	struct yett_address address;

	assert_int_equal(yett_address_parse(&address, YETT_LIT("192.0.2.7"),
			     4711, NULL),
	    YETT_OK);
	return address;
}

/* Read from `fd` until what came ends with `end`. */
static void
read_until(int fd, const char *end, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	while (len < strlen(end) || strcmp(out + len - strlen(end), end) != 0) {
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		ssize_t got;

		assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
		got = read(fd, out + len, size - 1 - len);
		assert_true(got > 0);
		len += (size_t)got;
		out[len] = '\0';
	}
}

static void
test_two_requests_and_the_address(void **state)
{
	static const char request[] = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
	struct MHD_Daemon *daemon = start(MHD_USE_POLL_INTERNAL_THREAD);
	struct yett_address client = client_address();
	char text[1024];
	int fd;

	(void)state;
	assert_null(yett_app_unfit(daemon));
	assert_int_equal(yett_app_open(daemon, &fd, &client, NULL), YETT_OK);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(write(fd, request, sizeof(request) - 1),
		    sizeof(request) - 1);
		read_until(fd, "192.0.2.7", text, sizeof(text));
		assert_memory_equal(text, "HTTP/1.1 200 ", 13);
	}
	close(fd);
	MHD_stop_daemon(daemon);
}

static void
test_unfit_daemons(void **state)
{
	static const struct {
		unsigned flags;
		const char *why;
	} cases[] = {
		{ MHD_USE_EPOLL, "no thread of its own" },
		{ MHD_USE_EPOLL_INTERNAL_THREAD, "uses epoll" },
		{ MHD_USE_AUTO_INTERNAL_THREAD, "uses epoll" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct MHD_Daemon *daemon = start(cases[i].flags);

		assert_non_null(strstr(yett_app_unfit(daemon), cases[i].why));
		MHD_stop_daemon(daemon);
	}
}

/* Its thread, and so the daemon's, runs only when nobody else wants to. */
static void *
start_idle(void *out)
{
	const struct sched_param none = { 0 };

	assert_int_equal(sched_setscheduler(0, SCHED_IDLE, &none), 0);
	*(struct MHD_Daemon **)out = start(MHD_USE_POLL_INTERNAL_THREAD);
	return NULL;
}

/*
 * All connections and the daemon end at once: 128 events for a thread that had
 * no time to look before. One that uses epoll sleeps for ever then.
 */
static void
test_a_busy_daemon_ends(void **state)
{
	struct yett_address client = client_address();
	struct MHD_Daemon *daemon = NULL;
	cpu_set_t before, one;
	pthread_t starter;
	int fd[127];

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	CPU_ZERO(&one);
	for (int i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &before))
			CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(pthread_create(&starter, NULL, start_idle, &daemon),
	    0);
	assert_int_equal(pthread_join(starter, NULL), 0);
	for (size_t i = 0; i < 127; i++)
		assert_int_equal(yett_app_open(daemon, &fd[i], &client, NULL),
		    YETT_OK);
	/* It takes them all before it is kept from looking. */
	for (unsigned taken = 0; taken < 127; poll(NULL, 0, 10))
		taken = MHD_get_daemon_info(daemon,
		    MHD_DAEMON_INFO_CURRENT_CONNECTIONS)
			    ->num_connections;
	for (size_t i = 0; i < 127; i++)
		close(fd[i]);
	alarm(60);
	MHD_stop_daemon(daemon);
	alarm(0);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
}

static void
test_no_descriptor_is_a_limit(void **state)
{
	struct MHD_Daemon *daemon = start(MHD_USE_POLL_INTERNAL_THREAD);
	struct yett_address client = client_address();
	struct yett_fault fault = YETT_FAULT_NONE;
	struct rlimit limit, none;
	int fd = -2;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(yett_app_open(daemon, &fd, &client, &fault),
	    YETT_E_LIMIT);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(fd, -2);
	assert_non_null(strstr(fault.what, "socket pair"));
	MHD_stop_daemon(daemon);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_requests_and_the_address),
		cmocka_unit_test(test_unfit_daemons),
		cmocka_unit_test(test_a_busy_daemon_ends),
		cmocka_unit_test(test_no_descriptor_is_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
