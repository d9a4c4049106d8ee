/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - a fixed number of operations against a TLS server.
 *
 * load requests  PORT SNI PATH STATUS COUNT CONNECTIONS
 * load handshakes PORT SNI PATH STATUS COUNT [CERT KEY]
 *
 * "requests": COUNT GETs over kept-alive connections, one under way on each.
 * "handshakes": COUNT times a new connection, a full TLS 1.3 handshake, one GET
 * (so that the server is surely done with it) and a close.
 *
 * It says "ready" and stops itself (SIGSTOP) before the operations begin, so
 * that who measures the server can look at its clock; then "done ...".
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#define CONNECTIONS_MAX 256
#define PRIORITY                                                               \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:"              \
	"-CIPHER-ALL:+AES-128-GCM"

struct plan {
	const char *port, *sni, *status;
	char request[512];
	size_t request_len;
	long count;
	gnutls_certificate_credentials_t credentials;
	gnutls_priority_t priority;
	size_t answer_len; /* of the last answer, for the report */
};

struct connection {
	int fd;
	gnutls_session_t session;
};

static void
must(bool fine, const char *what)
{
	if (fine)
		return;
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static void
open_connection(struct plan *plan, struct connection *connection)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(plan->port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval patience = { .tv_sec = 20 };
	int one = 1;
	int result;

	connection->fd = socket(AF_INET, SOCK_STREAM, 0);
	must(connection->fd >= 0, "socket");
	(void)setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &one,
	    sizeof(one));
	(void)setsockopt(connection->fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
	    sizeof(patience));
	must(connect(connection->fd, (struct sockaddr *)&address,
		 sizeof(address)) == 0,
	    "connect");
	must(gnutls_init(&connection->session, GNUTLS_CLIENT) == 0, "init");
	gnutls_priority_set(connection->session, plan->priority);
	gnutls_credentials_set(connection->session, GNUTLS_CRD_CERTIFICATE,
	    plan->credentials);
	gnutls_server_name_set(connection->session, GNUTLS_NAME_DNS, plan->sni,
	    strlen(plan->sni));
	gnutls_transport_set_int(connection->session, connection->fd);
	do
		result = gnutls_handshake(connection->session);
	while (result == GNUTLS_E_INTERRUPTED);
	must(result == 0, gnutls_strerror(result));
}

static void
close_connection(struct connection *connection)
{
	gnutls_deinit(connection->session);
	close(connection->fd);
}

static void
send_request(struct plan *plan, struct connection *connection)
{
	ssize_t sent = gnutls_record_send(connection->session, plan->request,
	    plan->request_len);

	must(sent == (ssize_t)plan->request_len, "send");
}

/* The whole answer; its status must be the one that was announced. */
static void
read_answer(struct plan *plan, struct connection *connection)
{
	char bytes[16384];
	size_t len = 0, whole = 0;

	while (whole == 0 || len < whole) {
		ssize_t got = gnutls_record_recv(connection->session,
		    bytes + len, sizeof(bytes) - 1 - len);
		const char *end, *length;

		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue;
		must(got > 0, got == 0 ? "closed" : gnutls_strerror((int)got));
		len += (size_t)got;
		bytes[len] = '\0';
		end = strstr(bytes, "\r\n\r\n");
		if (whole > 0 || end == NULL)
			continue;
		length = strcasestr(bytes, "\r\ncontent-length:");
		must(length != NULL && length < end, "no length");
		whole = (size_t)(end - bytes) + 4 +
		    strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
	}
	must(strncmp(bytes + strlen("HTTP/1.1 "), plan->status, 3) == 0, bytes);
	plan->answer_len = len;
}

static void
begin(void)
{
	puts("ready");
	fflush(stdout);
	raise(SIGSTOP);
}

static void
run_requests(struct plan *plan, int connections)
{
	static struct connection all[CONNECTIONS_MAX];
	long left = plan->count;

	must(connections > 0 && connections <= CONNECTIONS_MAX, "connections");
	for (int i = 0; i < connections; i++) {
		open_connection(plan, &all[i]);
		send_request(plan, &all[i]);
		read_answer(plan, &all[i]);
	}
	begin();
	while (left > 0) {
		int now = left < connections ? (int)left : connections;

		for (int i = 0; i < now; i++)
			send_request(plan, &all[i]);
		for (int i = 0; i < now; i++)
			read_answer(plan, &all[i]);
		left -= now;
	}
}

static void
run_handshakes(struct plan *plan)
{
	begin();
	for (long i = 0; i < plan->count; i++) {
		struct connection connection;

		open_connection(plan, &connection);
		send_request(plan, &connection);
		read_answer(plan, &connection);
		close_connection(&connection);
	}
}

int
main(int argc, char **argv)
{
	struct plan plan = { 0 };

	must(argc >= 7,
	    "usage: load requests|handshakes PORT SNI PATH STATUS "
	    "COUNT [CONNECTIONS | CERT KEY]");
	signal(SIGPIPE, SIG_IGN);
	plan.port = argv[2];
	plan.sni = argv[3];
	plan.status = argv[5];
	plan.count = atol(argv[6]);
	plan.request_len = (size_t)snprintf(plan.request, sizeof(plan.request),
	    "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: load\r\n"
	    "Accept: */*\r\n\r\n",
	    argv[4], argv[3]);
	must(gnutls_priority_init(&plan.priority, PRIORITY, NULL) == 0,
	    "priority");
	must(gnutls_certificate_allocate_credentials(&plan.credentials) == 0,
	    "credentials");
	if (strcmp(argv[1], "requests") == 0) {
		must(argc == 8, "CONNECTIONS is missing");
		run_requests(&plan, atoi(argv[7]));
	} else {
		if (argc == 9)
			must(gnutls_certificate_set_x509_key_file(
				 plan.credentials, argv[7], argv[8],
				 GNUTLS_X509_FMT_PEM) >= 0,
			    "certificate");
		run_handshakes(&plan);
	}
	printf("done %ld answers of %zu bytes\n", plan.count, plan.answer_len);
	fflush(stdout);
	raise(SIGSTOP); /* until the server's clock was looked at */
	return 0;
}
