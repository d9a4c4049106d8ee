/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/decision_world.h"

#include <arpa/inet.h>
#include <ftw.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <jansson.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "tls/ca.h"

#define DAY 86400

static uint64_t state = 1;

/* xorshift64*: the same on every machine. */
unsigned
chance(unsigned most)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (unsigned)((state * UINT64_C(2685821657736338717)) >> 33) % most;
}

void
chance_begin(unsigned seed)
{
	state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	for (int i = 0; i < 8; i++)
		(void)chance(2);
}

static const char *
one_of(const char *const *texts, size_t count)
{
	return texts[chance((unsigned)count)];
}
#define ONE_OF(texts) one_of(texts, COUNT(texts))

/* --- an origin --- */

static int origin = -1;
static unsigned origin_port;
static pthread_t origin_thread;

static size_t
length_of(const char *head)
{
	const char *field = strstr(head, "Content-Length: ");

	return field == NULL ? 0 : strtoul(field + 16, NULL, 10);
}

static void
serve_one(int fd)
{
	static const char answer[] =
	    "HTTP/1.1 200 OK\r\nX-Origin: yes\r\nContent-Length: 0\r\n"
	    "Connection: close\r\n\r\n";
	static char bytes[65536];
	size_t len = 0;
	char *end = NULL;

	while (
	    end == NULL || len < (size_t)(end - bytes) + 4 + length_of(bytes)) {
		ssize_t got = recv(fd, bytes + len, sizeof(bytes) - 1 - len, 0);

		if (got <= 0)
			return;
		len += (size_t)got;
		bytes[len] = '\0';
		end = strstr(bytes, "\r\n\r\n");
	}
	(void)!send(fd, answer, sizeof(answer) - 1, MSG_NOSIGNAL);
}

static void *
serve(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(origin, NULL, NULL)) >= 0) {
		serve_one(fd);
		close(fd);
	}
	return NULL;
}

static void
open_origin(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);

	origin = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(origin >= 0);
	assert_int_equal(bind(origin, (struct sockaddr *)&address, len), 0);
	assert_int_equal(listen(origin, 16), 0);
	assert_int_equal(getsockname(origin, (struct sockaddr *)&address, &len),
	    0);
	origin_port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&origin_thread, NULL, serve, NULL), 0);
}

/* --- files --- */

const struct world_certificate world_certificates[6] = {
	{ NULL, NULL, NULL, 0 },
	{ "ada", "ta", "Ada", 0 },
	{ "bob", "ta", "Bob", 0 },
	{ "tina", "tb", "Ada", 0 },
	{ "old", "ta", "Ada", 1 },
	{ "eve", "unknown", "Ada", 0 },
};

static char folder[] = "/tmp/yett-decision-XXXXXX";

static void
write_file(const char *name, const char *ending, struct yett_buf *text)
{
	struct yett_slice bytes = yett_buf_slice(text);
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s%s", name, ending);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
	yett_buf_clear(text);
}

static void
issue(const struct yett_ca *ca, const char *name, const char *common,
    const char *const *dns, int expired)
{
	struct yett_buf cert = { 0 }, key = { 0 };
	const struct yett_ca_request request = {
		.common_name = common,
		.dns = dns,
		.purposes = dns != NULL ? YETT_CA_SERVER : YETT_CA_CLIENT,
		.not_before = time(NULL) - 2 * DAY,
		.not_after = time(NULL) + (expired ? -DAY : DAY),
	};

	assert_int_equal(yett_ca_issue(ca, &request, &cert, &key, NULL),
	    YETT_OK);
	write_file(name, ".pem", &cert);
	write_file(name, ".key", &key);
}

static struct yett_ca *
open_ca(const char *name)
{
	struct yett_buf pem = { 0 };
	struct yett_ca *ca;

	assert_int_equal(yett_ca_new(&ca, name, NULL), YETT_OK);
	assert_int_equal(yett_ca_write(ca, &pem, NULL), YETT_OK);
	write_file(name, ".pem", &pem);
	return ca;
}

static gnutls_certificate_credentials_t shown[COUNT(world_certificates)];

/* Show the certificate to whoever asks, whatever authorities are named. */
static int
show(gnutls_session_t session, const gnutls_datum_t *authority, int count,
    const gnutls_pk_algorithm_t *algorithm, int algorithms,
    gnutls_pcert_st **chain, unsigned *chain_len, gnutls_privkey_t *key)
{
	static gnutls_pcert_st pcert[4];
	static gnutls_privkey_t private;
	static const char *loaded;
	const struct world_certificate *certificate = gnutls_session_get_ptr(
	    session);
	static unsigned len;
	char path[64];
	gnutls_datum_t pem;

	(void)authority, (void)count, (void)algorithm, (void)algorithms;
	if (loaded != certificate->name) {
		for (unsigned i = 0; i < len && loaded != NULL; i++)
			gnutls_pcert_deinit(&pcert[i]);
		if (loaded != NULL)
			gnutls_privkey_deinit(private);
		loaded = certificate->name;
		len = COUNT(pcert);
		snprintf(path, sizeof(path), "%s.pem", loaded);
		assert_int_equal(gnutls_load_file(path, &pem), 0);
		assert_true(gnutls_pcert_list_import_x509_raw(pcert, &len, &pem,
				GNUTLS_X509_FMT_PEM, 0) >= 0);
		gnutls_free(pem.data);
		snprintf(path, sizeof(path), "%s.key", loaded);
		assert_int_equal(gnutls_load_file(path, &pem), 0);
		assert_int_equal(gnutls_privkey_init(&private), 0);
		assert_int_equal(gnutls_privkey_import_x509_raw(private, &pem,
				     GNUTLS_X509_FMT_PEM, NULL, 0),
		    0);
		gnutls_free(pem.data);
	}
	*chain = pcert;
	*chain_len = len;
	*key = private;
	return 0;
}

void
world_open(void)
{
	static const char *const names[] = { "*.test", "localhost", NULL };
	struct yett_ca *ta, *tb, *stranger;

	assert_non_null(mkdtemp(folder));
	assert_int_equal(chdir(folder), 0);
	assert_int_equal(yett_tls_library_init(NULL), YETT_OK);
	ta = open_ca("ta");
	tb = open_ca("tb");
	stranger = open_ca("stranger");
	issue(ta, "server", "server", names, 0);
	for (size_t i = 0; i < COUNT(world_certificates); i++) {
		const struct world_certificate *one = &world_certificates[i];

		assert_int_equal(gnutls_certificate_allocate_credentials(
				     &shown[i]),
		    0);
		if (one->name == NULL)
			continue;
		issue(strcmp(one->trust, "ta") == 0     ? ta
			: strcmp(one->trust, "tb") == 0 ? tb
							: stranger,
		    one->name, one->common, NULL, one->expired);
		gnutls_certificate_set_retrieve_function2(shown[i], show);
	}
	yett_ca_free(ta);
	yett_ca_free(tb);
	yett_ca_free(stranger);
	open_origin();
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

void
world_close(void)
{
	shutdown(origin, SHUT_RDWR);
	pthread_join(origin_thread, NULL);
	close(origin);
	for (size_t i = 0; i < COUNT(world_certificates); i++)
		gnutls_certificate_free_credentials(shown[i]);
	assert_int_equal(chdir("/"), 0);
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* --- policies --- */

static const char *const hello_bodies[] = {
	"return ask.none { }",
	"return ask.request { }",
	"return ask.request { trust = 'tb' }",
	"return ask.require { trust = 'ta' }",
	"return ask.require { }",
	"return refuse { why = 'no' }",
	"return refuse { }",
	"if hello.version == '1.2' then return ask.none { } end",
	"error('no')",
	"",
};

static const char *const request_bodies[] = {
	"if req.method == 'POST' then return deny { status = 418 } end",
	"if req.path == '/a' then return allow { } end",
	"if req.path == '/a' then return need_certificate { } end",
	"if req.path ~= '/' then return need_certificate { trust = 'tb' } end",
	"if req.headers['x-device'] == '7' then return deny { } end",
	("if req.host == 's1.test' then return "
	 "redirect { location = 'https://other.example/' } end"),
	"if req.path == '/b' then error('no') end",
	"if not req.certificate then return deny { status = 404 } end",
	"return deny { status = 403, why = 'closed' }",
	"",
};

static const char *const modes[] = { "none", "request", "require" };
static const char *const lates[] = { "", "", "", ", late = 'httpsys-reset'",
	", late = { status = 421 }", ", late = { close = false }",
	", late = { redirect = 'https://other.example{path}' }" };
static const char *const patterns[] = { "path '/a'", "path '/Admin'",
	"exact '/a/b'", "glob '/*/b'", "path '/b'", "path '/%C3%A9'",
	"exact '/'" };

/* What is kept in paths. */
static const char *const kept[] = { "encoded_slash = 'keep'",
	"encoded_backslash = 'keep'", "merge_slashes = false",
	"encoded_slash = 'keep', merge_slashes = false" };

static void
write_path(FILE *out, unsigned pattern)
{
	unsigned mode = chance(3);

	fprintf(out, "  %s { certificate = '%s'", patterns[pattern],
	    modes[mode]);
	if (chance(4) == 0)
		fprintf(out, ", trust = %s",
		    chance(2) == 0 ? "'tb'" : "{ 'ta', 'tb' }");
	if (mode == 2) {
		fputs(ONE_OF(lates), out);
		if (chance(6) == 0)
			fputs(", shadow = true", out);
		if (chance(5) == 0)
			fputs(", preflight = 'allow'", out);
		if (chance(5) == 0)
			fputs(", identity = { subject = 'CN=Ada' }", out);
	}
	if (chance(6) == 0)
		fputs(", limits = { body = '1KiB' }", out);
	if (chance(6) == 0)
		fputs(", upgrade = 'none'", out);
	if (chance(8) == 0)
		fprintf(out, ", %s", ONE_OF(kept));
	fputs(" },\n", out);
}

/* A site's own words; those of its paths follow. */
static void
write_site(FILE *out, const char *name, int has_extra, int flips_case)
{
	static const char *const handshakes[] = { "auto", "auto", "always",
		"never" };
	int has_hello = chance(5) == 0;
	int requires = chance(6) == 0;

	fprintf(out,
	    "site '%s' {\n  key = 'server', upstream = 'http://127.0.0.1:%u',\n"
	    "  trust = 'ta',\n",
	    name, origin_port);
	if ((chance(3) == 0) != flips_case)
		fputs("  case = 'insensitive',\n", out);
	if (chance(4) == 0)
		fprintf(out, "  %s,\n", ONE_OF(kept));
	if (has_hello)
		fprintf(out, "  client_hello = function(hello) %s end,\n",
		    ONE_OF(hello_bodies));
	if (chance(4) == 0)
		fprintf(out, "  request = function(req) %s end,\n",
		    ONE_OF(request_bodies));
	if (requires) {
		fputs("  certificate = 'require',\n}\n", out);
		return;
	}
	if (!has_hello)
		fprintf(out, "  handshake = '%s',\n", ONE_OF(handshakes));
	for (unsigned i = 0; i < COUNT(patterns); i++)
		if (chance(3) == 0)
			write_path(out, i);
	if (has_extra)
		fputs("  path '/extra' { certificate = 'none' },\n", out);
	fputs("}\n", out);
}

void
world_write_policy(const char *path, unsigned seed, unsigned number)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fprintf(out,
	    "gateway { workers = 1, log = { record = '%s.record' } }\n"
	    "listen '127.0.0.1:0'\n"
	    "trust 'ta' { ca = 'ta.pem' }\ntrust 'tb' { ca = 'tb.pem' }\n",
	    path);
	for (unsigned i = 0; i < WORLD_SITES; i++) {
		char name[16] = "*";
		unsigned change;

		if (i + 1 < WORLD_SITES)
			snprintf(name, sizeof(name), "s%u.test", i);
		chance_begin(seed * 64 + i);
		change = number > 0 ? chance(4) : 4;
		chance_begin(seed * 64 + i + (change == 0 ? 32 : 0));
		write_site(out, name, change == 1, change == 2);
	}
	assert_int_equal(fclose(out), 0);
}

/* --- requests --- */

static void
add_header(struct world_request *out, const char *line)
{
	assert_true(out->header_count < COUNT(out->header));
	out->header[out->header_count++] = line;
}

static void
make_headers(struct world_request *out)
{
	switch (chance(8)) {
	case 0: add_header(out, "X-Device: 7"); return;
	case 1:
		out->body = 3;
		add_header(out, "Content-Length: 3");
		return;
	case 2:
		out->body = 5000;
		add_header(out, "Content-Length: 5000");
		return;
	case 3:
		add_header(out, "Connection: Upgrade");
		add_header(out, "Upgrade: websocket");
		return;
	case 4: add_header(out, "Max-Forwards: 0"); return;
	case 5:
		add_header(out, "Origin: https://other.example");
		add_header(out, "Access-Control-Request-Method: PUT");
		return;
	default: return;
	}
}

void
world_make_request(struct world_request *out)
{
	static const char *const names[] = { "s0.test", "s1.test", "s2.test",
		"s3.test", "s0.test", "s1.test", "s2.test", "s3.test",
		"unknown.test" };
	static const char *const methods[] = { "GET", "GET", "GET", "GET",
		"HEAD", "POST", "PUT", "OPTIONS", "OPTIONS", "PROPFIND",
		"CONNECT", "TRACE", "get" };
	static const char *const targets[] = { "/", "/a", "/a/b", "/A/b",
		"/x/b", "/b", "/b/", "/Admin", "/admin", "/admin.", "/ADMIN~1",
		"/admin::$DATA", "/Admin%20", "/b/../a", "/../a", "/%61",
		"//a//b", "/a;v=1", "/%c3%a9", "/%C3%A9/x", "/a?q=1", "/a%2fb",
		"/x%00", "/extra", "/x%2f../Admin", "/x/..%2fa", "/b%5Cadmin",
		"/x%2F%2f..%2Fb", "/a//b//" };

	*out = (struct world_request){ .sni = ONE_OF(names) };
	out->host = out->sni;
	if (chance(12) == 0) {
		out->sni = NULL;
		out->host = "127.0.0.1";
	} else if (chance(12) == 0) {
		out->host = ONE_OF(names);
	}
	out->method = ONE_OF(methods);
	out->target = ONE_OF(targets);
	if (strcmp(out->method, "OPTIONS") == 0 && chance(6) == 0)
		out->target = "*";
	make_headers(out);
	out->tls12 = chance(5) == 0;
	out->certificate =
	    &world_certificates[chance(COUNT(world_certificates))];
}

/* --- a client --- */

static int
connect_to(unsigned port, unsigned *own)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct timeval patience = { .tv_sec = 20 };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 },
			     sizeof(int)),
	    0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			     sizeof(patience)),
	    0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*own = ntohs(address.sin_port);
	return fd;
}

static gnutls_session_t
open_session(int fd, const struct world_request *request)
{
	gnutls_session_t session;

	assert_int_equal(gnutls_init(&session, GNUTLS_CLIENT), 0);
	assert_int_equal(gnutls_priority_set_direct(session,
			     request->tls12 ? "NORMAL:-VERS-ALL:+VERS-TLS1.2"
					    : "NORMAL:-VERS-ALL:+VERS-TLS1.3",
			     NULL),
	    0);
	assert_int_equal(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE,
			     shown[request->certificate - world_certificates]),
	    0);
	gnutls_session_set_ptr(session,
	    (void *)(uintptr_t)request->certificate);
	if (request->sni != NULL)
		assert_int_equal(gnutls_server_name_set(session,
				     GNUTLS_NAME_DNS, request->sni,
				     strlen(request->sni)),
		    0);
	gnutls_transport_set_int(session, fd);
	return session;
}

static void
write_all(gnutls_session_t session, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t sent = gnutls_record_send(session, bytes, len);

		if (sent == GNUTLS_E_AGAIN || sent == GNUTLS_E_INTERRUPTED)
			continue;
		if (sent <= 0)
			return; /* what came back tells */
		bytes += sent;
		len -= (size_t)sent;
	}
}

static void
send_request(gnutls_session_t session, const struct world_request *request)
{
	struct yett_buf bytes = { 0 };

	assert_int_equal(yett_buf_printf(&bytes,
			     "%s %s HTTP/1.1\r\nHost: %s\r\n", request->method,
			     request->target, request->host),
	    YETT_OK);
	for (size_t i = 0; i < request->header_count; i++)
		assert_int_equal(yett_buf_printf(&bytes, "%s\r\n",
				     request->header[i]),
		    YETT_OK);
	assert_int_equal(yett_buf_append(&bytes, YETT_LIT("\r\n")), YETT_OK);
	for (unsigned i = 0; i < request->body; i++)
		assert_int_equal(yett_buf_append(&bytes, YETT_LIT("x")),
		    YETT_OK);
	write_all(session, yett_buf_slice(&bytes).at, yett_buf_len(&bytes));
	yett_buf_clear(&bytes);
}

static void
read_reason(struct world_outcome *out, const char *body)
{
	json_t *problem = json_loads(body, 0, NULL);
	const char *reason = json_string_value(
	    json_object_get(problem, "reason"));
	const char *cause = json_string_value(
	    json_object_get(problem, "cause"));

	out->has_reason = problem != NULL;
	snprintf(out->reason, sizeof(out->reason), "%s",
	    reason != NULL ? reason : "");
	snprintf(out->cause, sizeof(out->cause), "%s",
	    cause != NULL ? cause : "");
	json_decref(problem);
}

static void
read_answer(struct world_outcome *out, char *answer)
{
	char *body = strstr(answer, "\r\n\r\n");

	assert_int_equal(sscanf(answer, "HTTP/1.1 %u", &out->status), 1);
	assert_non_null(body);
	*body = '\0';
	out->forwarded = strstr(answer, "X-Origin: yes") != NULL;
	if (out->forwarded || out->status == 200)
		out->has_reason = 1;
	else if (strstr(answer, "application/problem+json") != NULL)
		read_reason(out, body + 4);
}

/* Whether all of the answer is here. */
static int
is_whole(const char *answer, size_t len, const char *method)
{
	const char *body = strstr(answer, "\r\n\r\n");
	const char *field;

	if (body == NULL)
		return 0;
	field = strcasestr(answer, "\r\nContent-Length: ");
	if (strcmp(method, "HEAD") == 0 || field == NULL || field > body)
		return 1;
	return len - (size_t)(body + 4 - answer) >=
	    strtoul(field + strlen("\r\nContent-Length: "), NULL, 10);
}

/* Read an answer; 0 or an error of GnuTLS when the connection ended before a
 * byte of one. TLS 1.3 returns for each ticket, too. */
static ssize_t
receive(gnutls_session_t session, const struct world_request *request,
    char *answer, size_t size)
{
	size_t len = 0;
	ssize_t got;

	for (int idle = 0; idle < 8; idle++) {
		got = gnutls_record_recv(session, answer + len, size - 1 - len);
		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue;
		if (got <= 0)
			return len > 0 ? (ssize_t)len : got;
		len += (size_t)got;
		answer[len] = '\0';
		idle = 0;
		if (is_whole(answer, len, request->method))
			return (ssize_t)len;
	}
	fail_msg("%s %s: no answer", request->method, request->target);
	return 0;
}

struct world_connection {
	int fd;
	unsigned own; /* port */
	gnutls_session_t session;
	ssize_t code; /* of the handshake */
};

static void
shake_hands(struct world_connection *connection, unsigned port,
    const struct world_request *request)
{
	connection->fd = connect_to(port, &connection->own);
	connection->session = open_session(connection->fd, request);
	do
		connection->code = gnutls_handshake(connection->session);
	while (connection->code < 0 &&
	    gnutls_error_is_fatal((int)connection->code) == 0);
}

/* After `patience` ms in which an alert may come; and close. */
static ssize_t
ask(struct world_connection *connection, const struct world_request *request,
    int patience, char *answer, size_t size)
{
	ssize_t got = connection->code;

	if (got == 0) {
		(void)poll(&(struct pollfd){ .fd = connection->fd,
			       .events = POLLIN },
		    1, patience);
		send_request(connection->session, request);
		got = receive(connection->session, request, answer, size);
	}
	gnutls_deinit(connection->session);
	close(connection->fd);
	return got;
}

static ssize_t
try_once(unsigned port, const struct world_request *request, int patience,
    char *answer, size_t size, unsigned *own)
{
	struct world_connection connection;

	shake_hands(&connection, port, request);
	*own = connection.own;
	return ask(&connection, request, patience, answer, size);
}

static void
read_outcome(struct world_outcome *out, ssize_t got, char *answer)
{
	if (got > 0)
		read_answer(out, answer);
	else if (got == GNUTLS_E_FATAL_ALERT_RECEIVED)
		out->refused = 1;
	else
		out->status = 444;
}

struct world_connection *
world_connect(unsigned port, const struct world_request *request)
{
	struct world_connection *connection = calloc(1, sizeof(*connection));

	assert_non_null(connection);
	shake_hands(connection, port, request);
	return connection;
}

void
world_ask(struct world_connection *connection,
    const struct world_request *request, struct world_outcome *out)
{
	static char answer[65536];

	*out = (struct world_outcome){ .port = connection->own };
	read_outcome(out, ask(connection, request, 0, answer, sizeof(answer)),
	    answer);
	free(connection);
}

/*
 * Without a byte of HTTP an alert refused the handshake, and anything else cut
 * the connection; but what is sent meanwhile can reset it before the alert is
 * read. Then it is tried again, and waits.
 */
void
world_send(unsigned port, const struct world_request *request,
    struct world_outcome *out)
{
	static char answer[65536];
	unsigned own;
	ssize_t got = try_once(port, request, 0, answer, sizeof(answer), &own);

	if (got <= 0 && got != GNUTLS_E_FATAL_ALERT_RECEIVED)
		got = try_once(port, request, 200, answer, sizeof(answer),
		    &own);
	*out = (struct world_outcome){ .port = own };
	read_outcome(out, got, answer);
}
