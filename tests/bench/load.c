/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load.c - a fixed number of operations against a TLS server.
 *
 * load KIND PORT SNI PATH STATUS COUNT [CONNECTIONS | CERT KEY]
 *
 * "requests": COUNT GETs over CONNECTIONS kept-alive connections, one under way
 * on each. "handshakes": COUNT times a new connection, a full TLS 1.3
 * handshake, one GET (so that the server is surely done with it) and a close;
 * with a certificate, or, where CERT and KEY hold a '%', a new one each time:
 * its number stands there. "resumptions": the same with the ticket of a first
 * connection. "idle": COUNT new connections that stay open after one GET.
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
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#define CONNECTIONS_MAX 4096
#define PRIORITY                                                               \
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:"              \
	"-CIPHER-ALL:+AES-128-GCM"

struct plan {
	const char *port, *sni, *status;
	char request[512];
	size_t request_len;
	long count;
	gnutls_certificate_credentials_t *credentials;
	long credentials_count; /* used in turn */
	gnutls_priority_t priority;
	gnutls_datum_t ticket; /* to resume with, or empty */
	long opened;
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
	    plan->credentials[plan->opened++ % plan->credentials_count]);
	if (plan->ticket.size > 0)
		gnutls_session_set_data(connection->session, plan->ticket.data,
		    plan->ticket.size);
	gnutls_server_name_set(connection->session, GNUTLS_NAME_DNS, plan->sni,
	    strlen(plan->sni));
	gnutls_transport_set_int(connection->session, connection->fd);
	do
		result = gnutls_handshake(connection->session);
	while (result == GNUTLS_E_INTERRUPTED);
	must(result == 0, gnutls_strerror(result));
	must((plan->ticket.size > 0) ==
		(gnutls_session_is_resumed(connection->session) != 0),
	    "resumed, or not, against the plan");
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

/* The whole answer; its status must be the one that was announced. Of a body
 * only the length is looked at. */
static void
read_answer(struct plan *plan, struct connection *connection)
{
	char bytes[16384];
	size_t len = 0, whole = 0;

	while (whole == 0 || len < whole) {
		size_t at = whole == 0 ? len : 0;
		ssize_t got = gnutls_record_recv(connection->session,
		    bytes + at, sizeof(bytes) - 1 - at);
		const char *end, *length;

		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue;
		must(got > 0, got == 0 ? "closed" : gnutls_strerror((int)got));
		len += (size_t)got;
		if (whole > 0)
			continue;
		bytes[len] = '\0';
		end = strstr(bytes, "\r\n\r\n");
		if (end == NULL)
			continue;
		must(strncmp(bytes + strlen("HTTP/1.1 "), plan->status, 3) == 0,
		    bytes);
		length = strcasestr(bytes, "\r\ncontent-length:");
		must(length != NULL && length < end, "no length");
		whole = (size_t)(end - bytes) + 4 +
		    strtoul(length + strlen("\r\ncontent-length:"), NULL, 10);
	}
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
call_once(struct plan *plan, struct connection *connection)
{
	open_connection(plan, connection);
	send_request(plan, connection);
	read_answer(plan, connection);
}

static void
run_requests(struct plan *plan, int connections)
{
	static struct connection all[CONNECTIONS_MAX];
	long left = plan->count;

	must(connections > 0 && connections <= CONNECTIONS_MAX, "connections");
	for (int i = 0; i < connections; i++)
		call_once(plan, &all[i]);
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

		call_once(plan, &connection);
		close_connection(&connection);
	}
}

static void
run_resumptions(struct plan *plan)
{
	struct connection connection;
	gnutls_datum_t ticket;

	call_once(plan, &connection);
	must(gnutls_session_get_data2(connection.session, &ticket) == 0,
	    "no ticket");
	close_connection(&connection);
	plan->ticket = ticket;
	run_handshakes(plan);
}

static void
run_idle(struct plan *plan)
{
	static struct connection all[CONNECTIONS_MAX];
	const struct rlimit files = { CONNECTIONS_MAX + 64,
		CONNECTIONS_MAX + 64 };

	must(plan->count <= CONNECTIONS_MAX, "connections");
	must(setrlimit(RLIMIT_NOFILE, &files) == 0, "descriptors");
	begin();
	for (long i = 0; i < plan->count; i++)
		call_once(plan, &all[i]);
}

/* Put `number` where the '%' of `pattern` is. */
static void
name_file(char *name, size_t size, const char *pattern, long number)
{
	const char *mark = strchr(pattern, '%');

	if (mark == NULL)
		snprintf(name, size, "%s", pattern);
	else
		snprintf(name, size, "%.*s%ld%s", (int)(mark - pattern),
		    pattern, number, mark + 1);
}

static void
load_credentials(struct plan *plan, const char *cert, const char *key)
{
	bool many = cert != NULL && strchr(cert, '%') != NULL;

	plan->credentials_count = many ? plan->count : 1;
	plan->credentials = calloc((size_t)plan->credentials_count,
	    sizeof(*plan->credentials));
	must(plan->credentials != NULL, "memory");
	for (long i = 0; i < plan->credentials_count; i++) {
		char cert_name[256], key_name[256];

		must(gnutls_certificate_allocate_credentials(
			 &plan->credentials[i]) == 0,
		    "credentials");
		if (cert == NULL)
			continue;
		name_file(cert_name, sizeof(cert_name), cert, i + 1);
		name_file(key_name, sizeof(key_name), key, i + 1);
		must(gnutls_certificate_set_x509_key_file(plan->credentials[i],
			 cert_name, key_name, GNUTLS_X509_FMT_PEM) >= 0,
		    cert_name);
	}
}

int
main(int argc, char **argv)
{
	struct plan plan = { 0 };
	const char *kind;

	must(argc >= 7,
	    "usage: load requests|handshakes|resumptions|idle PORT SNI PATH "
	    "STATUS COUNT [CONNECTIONS | CERT KEY]");
	signal(SIGPIPE, SIG_IGN);
	kind = argv[1];
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
	load_credentials(&plan, argc == 9 ? argv[7] : NULL,
	    argc == 9 ? argv[8] : NULL);
	if (strcmp(kind, "requests") == 0) {
		must(argc == 8, "CONNECTIONS is missing");
		run_requests(&plan, atoi(argv[7]));
	} else if (strcmp(kind, "resumptions") == 0) {
		run_resumptions(&plan);
	} else if (strcmp(kind, "idle") == 0) {
		run_idle(&plan);
	} else {
		must(strcmp(kind, "handshakes") == 0, kind);
		run_handshakes(&plan);
	}
	printf("done %ld answers of %zu bytes\n", plan.count, plan.answer_len);
	fflush(stdout);
	raise(SIGSTOP); /* until the server's clock was looked at */
	return 0;
}
