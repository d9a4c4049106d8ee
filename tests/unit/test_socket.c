/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets over loopback: how each call ends, and what it says. */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "io/socket.h"
#include "unit/socket_pair.h"

static void
await(int fd, short events)
{
	struct pollfd waited = { .fd = fd, .events = events };

	assert_int_equal(poll(&waited, 1, 5000), 1);
}

static int
listen_at(const char *ip, uint16_t port, struct yett_address *bound)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address address;
	int fd;

	assert_int_equal(yett_address_parse(&address, yett_slice_of(ip), port,
			     NULL),
	    YETT_OK);
	if (yett_socket_listen(&fd, &address, bound, &fault) != YETT_OK)
		fail_msg("%s", fault.what);
	return fd;
}

static int
connect_to(const struct yett_address *address)
{
	int fd;

	assert_int_equal(yett_socket_connect(&fd, address, NULL), YETT_OK);
	await(fd, POLLOUT);
	assert_int_equal(yett_socket_connected(fd, NULL), YETT_OK);
	return fd;
}

static void
test_listen_connect_accept(void **state)
{
	struct yett_address bound, peer, local;
	int listener = listen_at("127.0.0.1", 0, &bound);
	int server, client;

	(void)state;
	assert_int_not_equal(yett_address_port(&bound), 0);
	assert_int_equal(yett_socket_accept(&server, listener, &peer, NULL),
	    YETT_E_NOT_FOUND);
	client = connect_to(&bound);
	await(listener, POLLIN);
	assert_int_equal(yett_socket_accept(&server, listener, &peer, NULL),
	    YETT_OK);
	yett_socket_local(client, &local);
	assert_true(yett_address_eq(&local, &peer));
	assert_true(fcntl(server, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(server, F_GETFD) & FD_CLOEXEC);
	assert_true(fcntl(client, F_GETFD) & FD_CLOEXEC);
	yett_socket_close(&client);
	assert_int_equal(client, -1);
	yett_socket_close(&client);
	yett_socket_close(&server);
	yett_socket_close(&listener);
}

static void
test_listeners_share_a_port(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address bound, again;
	int first = listen_at("::1", 0, &bound);
	int second, third = -1;

	(void)state;
	assert_int_equal(yett_socket_listen_beside(&second, &bound, NULL),
	    YETT_OK);
	yett_socket_local(second, &again);
	assert_true(yett_address_eq(&bound, &again));
	/* As another process would try: it gets none of our connections. */
	assert_int_equal(yett_socket_listen(&third, &bound, NULL, &fault),
	    YETT_E_SYSTEM);
	assert_non_null(strstr(fault.what, "Address already in use"));
	assert_int_equal(third, -1);
	yett_socket_close(&first);
	yett_socket_close(&second);
}

static void
test_listen_refused(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address address;
	int fd = 42;

	(void)state;
	assert_int_equal(yett_address_parse(&address, YETT_LIT("192.0.2.1"), 1,
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_socket_listen(&fd, &address, NULL, &fault),
	    YETT_E_SYSTEM);
	assert_non_null(strstr(fault.what, "cannot listen at 192.0.2.1:1: "));
	assert_int_equal(fd, 42);
}

static void
test_connect_refused(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address bound;
	int listener = listen_at("127.0.0.1", 0, &bound);
	enum yett_status status;
	int fd;

	(void)state;
	yett_socket_close(&listener);
	status = yett_socket_connect(&fd, &bound, &fault);
	if (status == YETT_OK) {
		await(fd, POLLOUT);
		status = yett_socket_connected(fd, &fault);
		yett_socket_close(&fd);
	}
	assert_int_equal(status, YETT_E_SYSTEM);
	assert_non_null(strstr(fault.what, "Connection refused"));
	assert_int_equal(yett_address_of_path(&bound, YETT_LIT("/nowhere/x"),
			     NULL),
	    YETT_OK);
	assert_int_equal(yett_socket_connect(&fd, &bound, NULL), YETT_E_SYSTEM);
}

/* The shortage is told apart, and the connection still waits. */
static void
test_no_descriptor_left(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct rlimit limit, none;
	struct yett_address bound, peer;
	int listener = listen_at("127.0.0.1", 0, &bound);
	int client = connect_to(&bound);
	int fd;

	(void)state;
	await(listener, POLLIN);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(yett_socket_accept(&fd, listener, &peer, &fault),
	    YETT_E_LIMIT);
	assert_int_equal(yett_socket_connect(&fd, &bound, NULL), YETT_E_LIMIT);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_non_null(strstr(fault.what, "Too many open files"));
	assert_int_equal(yett_socket_accept(&fd, listener, &peer, NULL),
	    YETT_OK);
	yett_socket_close(&fd);
	yett_socket_close(&client);
	yett_socket_close(&listener);
	assert_int_equal(yett_socket_accept(&fd, listener, &peer, NULL),
	    YETT_E_SYSTEM);
}

static void
test_recv_and_send(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	static char bulk[1 << 20];
	enum yett_io io = YETT_IO_DONE;
	size_t len = 77;
	char bytes[8];
	int pair[2];

	(void)state;
	assert_true(socket_pair(pair));
	assert_int_equal(yett_socket_recv(pair[0], bytes, 8, &len, NULL),
	    YETT_IO_AGAIN);
	assert_int_equal(len, 77);
	assert_int_equal(yett_socket_send(pair[1], YETT_LIT("abc"), &len, NULL),
	    YETT_IO_DONE);
	assert_int_equal(yett_socket_recv(pair[0], bytes, 8, &len, NULL),
	    YETT_IO_DONE);
	assert_int_equal(len, 3);
	for (int i = 0; i < 100 && io == YETT_IO_DONE; i++)
		io = yett_socket_send(pair[1],
		    (struct yett_slice){ bulk, sizeof(bulk) }, &len, NULL);
	assert_int_equal(io, YETT_IO_AGAIN);
	assert_false(yett_socket_is_at_end(pair[1]));
	assert_int_equal(yett_socket_send(pair[0], YETT_LIT("x"), &len, NULL),
	    YETT_IO_DONE);
	yett_socket_shut_write(pair[0]);
	assert_false(yett_socket_is_at_end(pair[1])); /* not all was read */
	assert_int_equal(yett_socket_recv(pair[1], bytes, 8, &len, NULL),
	    YETT_IO_DONE);
	assert_true(yett_socket_is_at_end(pair[1]));
	assert_int_equal(yett_socket_recv(pair[1], bytes, 8, &len, NULL),
	    YETT_IO_EOF);
	yett_socket_close(&pair[0]);
	/* No SIGPIPE: it would end this test. */
	assert_int_equal(yett_socket_send(pair[1], YETT_LIT("x"), &len, &fault),
	    YETT_IO_FAILED);
	assert_non_null(strstr(fault.what, "writing failed: "));
	yett_socket_close(&pair[1]);
}

static void
test_recv_tells_a_reset(void **state)
{
	const struct linger reset = { .l_onoff = 1 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_address bound, peer;
	int listener = listen_at("127.0.0.1", 0, &bound);
	int client = connect_to(&bound);
	char bytes[8];
	size_t len;
	int server;

	(void)state;
	await(listener, POLLIN);
	assert_int_equal(yett_socket_accept(&server, listener, &peer, NULL),
	    YETT_OK);
	assert_int_equal(setsockopt(server, SOL_SOCKET, SO_LINGER, &reset,
			     sizeof(reset)),
	    0);
	yett_socket_close(&server);
	await(client, POLLIN);
	assert_int_equal(yett_socket_recv(client, bytes, 8, &len, &fault),
	    YETT_IO_FAILED);
	assert_string_equal(fault.what,
	    "reading failed: Connection reset by peer");
	yett_socket_close(&client);
	yett_socket_close(&listener);
}

static void
test_discard_is_bounded(void **state)
{
	static const char bulk[6000];
	size_t budget = 10000, len;
	int pair[2];

	(void)state;
	assert_true(socket_pair(pair));
	assert_int_equal(yett_socket_send(pair[1],
			     (struct yett_slice){ bulk, 6000 }, &len, NULL),
	    YETT_IO_DONE);
	assert_int_equal(yett_socket_discard(pair[0], &budget), YETT_IO_AGAIN);
	assert_int_equal(budget, 4000);
	assert_int_equal(yett_socket_send(pair[1],
			     (struct yett_slice){ bulk, 4001 }, &len, NULL),
	    YETT_IO_DONE);
	assert_int_equal(yett_socket_discard(pair[0], &budget), YETT_IO_FAILED);
	assert_int_equal(budget, 0);
	yett_socket_close(&pair[1]);
	budget = 10;
	assert_int_equal(yett_socket_discard(pair[0], &budget), YETT_IO_EOF);
	assert_int_equal(budget, 9);
	yett_socket_close(&pair[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listen_connect_accept),
		cmocka_unit_test(test_listeners_share_a_port),
		cmocka_unit_test(test_listen_refused),
		cmocka_unit_test(test_connect_refused),
		cmocka_unit_test(test_no_descriptor_left),
		cmocka_unit_test(test_recv_and_send),
		cmocka_unit_test(test_recv_tells_a_reset),
		cmocka_unit_test(test_discard_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
