/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/tls_world.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gnutls/x509.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "policy/draft.h"
#include "tls/datum.h"
#include "unit/socket_pair.h"

/* Longer than any chain that is sent here. */
#define MOST_SENT 100

/* More rounds than any handshake of ours takes. */
#define ROUNDS 2000

/* --- the policy --------------------------------------------------------- */

void
world_write(const struct world *world, const char *file,
    const struct yett_buf *text)
{
	char path[128];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", world->folder, file);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(yett_buf_slice(text).at, 1, yett_buf_len(text),
			     out),
	    yett_buf_len(text));
	assert_int_equal(fclose(out), 0);
}

static void
write_ca(struct world *world, struct yett_ca **ca, const char *name,
    const char *file)
{
	struct yett_buf pem = { 0 };

	assert_int_equal(yett_ca_new(ca, name, NULL), YETT_OK);
	assert_int_equal(yett_ca_write(*ca, &pem, NULL), YETT_OK);
	world_write(world, file, &pem);
	yett_buf_clear(&pem);
}

static void
answer_hello(void *arg, struct yett_hello *hello,
    struct yett_hello_decision *decision,
    const struct yett_credentials **credentials)
{
	struct world *world = arg;

	world->asked_times++;
	yett_decide_hello(world->gen, NULL, hello, NULL, decision);
	*credentials = world->credentials;
	switch (world->mood) {
	case WORLD_DECIDES: break;
	case WORLD_REFUSES: decision->action = YETT_HANDSHAKE_REFUSE; break;
	case WORLD_FAILS: decision->action = YETT_HANDSHAKE_ERROR; break;
	case WORLD_CHANGES:
		if (world->asked_times == 2)
			decision->need = YETT_NEED_NONE;
		break;
	case WORLD_RELOADS: world->reload_next = true; break;
	}
}

void
world_open(struct world *world)
{
	static const char *const dns[] = { "*.test", NULL };
	const struct yett_ca_request request = { .common_name = "site",
		.dns = dns,
		.purposes = YETT_CA_SERVER,
		.not_before = SPRING - 100000000,
		.not_after = SPRING + 100000000 };
	struct identity site = { .cert = { 0 } };
	struct yett_ca *ca;

	*world = (struct world){ .now = SPRING * UINT64_C(1000000000) };
	snprintf(world->folder, sizeof(world->folder), "/tmp/yett-tls.XXXXXX");
	assert_non_null(mkdtemp(world->folder));
	assert_int_equal(yett_tls_library_init(NULL), YETT_OK);
	write_ca(world, &world->staff, "Staff CA", "staff.ca");
	write_ca(world, &world->other, "Other CA", "other.ca");
	assert_int_equal(yett_ca_new(&ca, "Sites CA", NULL), YETT_OK);
	assert_int_equal(yett_ca_issue(ca, &request, &site.cert, &site.key,
			     NULL),
	    YETT_OK);
	world_write(world, "site.pem", &site.cert);
	world_write(world, "site.key", &site.key);
	identity_clear(&site);
	yett_ca_free(ca);
	assert_int_equal(yett_ticket_keeper_open(&world->tickets, NULL),
	    YETT_OK);
	assert_int_equal(yett_session_env_open(&world->env, &world->tickets,
			     answer_hello, NULL),
	    YETT_OK);
}

static int
remove_one(const char *path, const struct stat *facts, int kind,
    struct FTW *place)
{
	(void)facts;
	(void)kind;
	(void)place;
	return remove(path);
}

void
world_close(struct world *world)
{
	yett_generation_unref(&world->gen);
	yett_session_env_close(world->env);
	yett_ticket_keeper_close(&world->tickets);
	yett_ca_free(world->staff);
	yett_ca_free(world->other);
	assert_int_equal(nftw(world->folder, remove_one, 8,
			     FTW_DEPTH | FTW_PHYS),
	    0);
}

static struct yett_slice
copy(struct yett_arena *arena, const char *text)
{
	struct yett_slice made = yett_arena_copy(arena, yett_slice_of(text));

	assert_non_null(made.at);
	return made;
}

static struct yett_slice *
one_path(struct yett_arena *arena, const struct world *world, const char *file)
{
	struct yett_slice *path = yett_arena_alloc(arena, sizeof(*path));
	char text[128];

	snprintf(text, sizeof(text), "%s/%s", world->folder, file);
	*path = copy(arena, text);
	return path;
}

static void
add_trust(struct world *world, struct yett_draft *draft,
    const struct world_trust *from, uint32_t line)
{
	struct yett_arena *arena = yett_draft_arena(draft);
	struct yett_trust *trust = yett_arena_alloc(arena, sizeof(*trust));

	trust->name = copy(arena, from->name);
	trust->ca = one_path(arena, world, from->ca);
	trust->ca_count = 1;
	if (from->crl != NULL) {
		trust->crl = one_path(arena, world, from->crl);
		trust->crl_count = 1;
	}
	trust->depth = from->depth;
	if (from->spiffe != NULL)
		trust->spiffe = copy(arena, from->spiffe);
	trust->place = (struct yett_place){ YETT_LIT("p.lua"), line, 1 };
	assert_int_equal(yett_draft_add_trust(draft, trust, NULL), YETT_OK);
}

static void
fill_rule(struct yett_arena *arena, struct yett_rule *rule, const char *path,
    enum yett_need need, uint32_t trust)
{
	uint32_t *index = yett_arena_alloc(arena, sizeof(*index));

	*index = trust;
	rule->kind = YETT_RULE_PATH;
	rule->pattern = copy(arena, path);
	rule->label = copy(arena, path);
	rule->need = need;
	if (need != YETT_NEED_NONE)
		rule->trusts = (struct yett_trust_set){ index, 1 };
}

static void
add_keys(struct world *world, struct yett_arena *arena, struct yett_site *site,
    const struct world_site *from)
{
	static const char *const usual[] = { "site", NULL };
	const char *const *name = from->key[0] != NULL ? from->key : usual;

	site->key = yett_arena_alloc(arena, 3 * sizeof(*site->key));
	for (; name[site->key_count] != NULL; site->key_count++) {
		char file[64];

		snprintf(file, sizeof(file), "%s.pem", name[site->key_count]);
		site->key[site->key_count].cert = *one_path(arena, world, file);
		snprintf(file, sizeof(file), "%s.key", name[site->key_count]);
		site->key[site->key_count].key = *one_path(arena, world, file);
	}
}

static uint32_t
trust_index(const struct world_policy *policy, const char *name)
{
	uint32_t i = 0;

	while (name != NULL && strcmp(policy->trust[i].name, name) != 0)
		i++;
	return i;
}

static void
add_site(struct world *world, struct yett_draft *draft,
    const struct world_policy *policy, const struct world_site *from)
{
	struct yett_arena *arena = yett_draft_arena(draft);
	struct yett_site *site = yett_arena_alloc(arena, sizeof(*site));
	uint32_t trust = trust_index(policy, from->trust);
	enum yett_need path = from->path > from->need ? from->path : from->need;
	struct yett_fault fault = YETT_FAULT_NONE;

	site->name = copy(arena, from->name);
	site->label = site->name;
	site->hello_function = site->request_function = -1;
	site->place = (struct yett_place){ YETT_LIT("p.lua"), 77, 5 };
	add_keys(world, arena, site, from);
	fill_rule(arena, &site->fallback, "/", from->need, trust);
	site->rule = yett_arena_alloc(arena, sizeof(struct yett_rule *));
	site->rule[0] = yett_arena_alloc(arena, sizeof(struct yett_rule));
	site->rule_count = 1;
	fill_rule(arena, site->rule[0], "/admin", path, trust);
	if (yett_draft_add_site(draft, site, &fault) != YETT_OK)
		fail_msg("%s", fault.what);
}

struct yett_generation *
world_compile(struct world *world, const struct world_policy *policy)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_generation *gen;

	assert_non_null(draft);
	for (uint32_t i = 0; i < MANY && policy->trust[i].name != NULL; i++)
		add_trust(world, draft, &policy->trust[i], i + 1);
	for (uint32_t i = 0; i < MANY && policy->site[i].name != NULL; i++)
		add_site(world, draft, policy, &policy->site[i]);
	if (yett_draft_freeze(&draft, &gen, &fault) != YETT_OK)
		fail_msg("%s", fault.what);
	return gen;
}

void
world_load(struct world *world, const struct world_policy *policy)
{
	struct yett_generation *gen = world_compile(world, policy);
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_credentials *credentials;

	if (yett_credentials_open(&credentials, gen, NULL, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	yett_generation_attach(gen, credentials, yett_credentials_release);
	yett_generation_unref(&world->gen);
	world->gen = gen;
	world->credentials = credentials;
}

/* --- certificates ------------------------------------------------------- */

void
identity_make(struct identity *identity, const struct yett_ca *ca,
    const struct yett_ca_request *request)
{
	struct yett_ca_request full = *request;

	if (full.not_before == 0)
		full.not_before = SPRING - 100000000;
	if (full.not_after == 0)
		full.not_after = SPRING + 100000000;
	*identity = (struct identity){ .cert = { 0 } };
	assert_int_equal(yett_ca_issue(ca, &full, &identity->cert,
			     &identity->key, NULL),
	    YETT_OK);
}

void
identity_clear(struct identity *identity)
{
	yett_buf_clear(&identity->cert);
	yett_buf_clear(&identity->key);
}

void
chain_read(struct chain *out, const struct yett_buf *pem)
{
	gnutls_datum_t text = yett_datum(yett_buf_slice(pem));
	gnutls_x509_crt_t *list;
	unsigned count;

	assert_true(gnutls_x509_crt_list_import2(&list, &count, &text,
			GNUTLS_X509_FMT_PEM, 0) >= 0);
	assert_true(count <= 256);
	for (unsigned i = 0; i < count; i++) {
		gnutls_datum_t der;

		assert_int_equal(gnutls_x509_crt_export2(list[i],
				     GNUTLS_X509_FMT_DER, &der),
		    0);
		out->der[i] = yett_datum_slice(&der);
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	out->chain = (struct yett_chain){ out->der, count };
}

void
chain_clear(struct chain *chain)
{
	for (uint32_t i = 0; i < chain->chain.count; i++)
		gnutls_free((void *)(uintptr_t)chain->der[i].at);
}

/* GnuTLS sends what a certificate is called, and signs by its parsed key. */
static unsigned
replace_chain(gnutls_pcert_st *list, const struct yett_chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++) {
		struct yett_slice der = chain->der[i];

		gnutls_free(list[i].cert.data);
		list[i].type = GNUTLS_CRT_X509;
		list[i].cert.data = gnutls_malloc(der.len);
		assert_non_null(list[i].cert.data);
		memcpy(list[i].cert.data, der.at, der.len);
		list[i].cert.size = (unsigned)der.len;
	}
	return chain->count;
}

void
world_chain(const struct identity *identity, const struct yett_chain *chain,
    gnutls_pcert_st **out, unsigned *count, gnutls_privkey_t *key)
{
	gnutls_datum_t cert = yett_datum(yett_buf_slice(&identity->cert));
	gnutls_datum_t private = yett_datum(yett_buf_slice(&identity->key));

	*count = MOST_SENT;
	*out = gnutls_calloc(MOST_SENT, sizeof(**out));
	assert_non_null(*out);
	assert_int_equal(gnutls_pcert_list_import_x509_raw(*out, count, &cert,
			     GNUTLS_X509_FMT_PEM, 0),
	    0);
	if (chain != NULL)
		*count = replace_chain(*out, chain);
	assert_int_equal(gnutls_privkey_init(key), 0);
	assert_int_equal(gnutls_privkey_import_x509_raw(*key, &private,
			     GNUTLS_X509_FMT_PEM, NULL, 0),
	    0);
}

/* --- a client and its session ------------------------------------------- */

static ssize_t
client_pull(gnutls_transport_ptr_t arg, void *at, size_t len)
{
	struct pair *pair = arg;

	return recv(pair->fd[0], at, len, MSG_DONTWAIT);
}

static int
client_pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	(void)arg;
	(void)ms;
	return 1;
}

static ssize_t
client_push(gnutls_transport_ptr_t arg, const void *at, size_t len)
{
	struct pair *pair = arg;

	if (pair->options->meddle == NULL)
		return send(pair->fd[0], at, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	pair->options->meddle(pair->options->arg, pair->fd[0], at, len);
	return (ssize_t)len;
}

/* The server asks: note it, and give what there is. */
static int
client_certificate(gnutls_session_t client,
    const struct gnutls_cert_retr_st *request, gnutls_pcert_st **chain,
    unsigned *chain_count, gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count,
    gnutls_privkey_t *key, unsigned *flags)
{
	struct pair *pair = gnutls_session_get_ptr(client);

	pair->asked = true;
	pair->names = request->nreqs;
	*chain_count = *ocsp_count = 0;
	*ocsp = NULL;
	if (pair->options->identity == NULL)
		return 0;
	world_chain(pair->options->identity, pair->options->chain, chain,
	    chain_count, key);
	*flags = GNUTLS_CERT_RETR_DEINIT_ALL;
	return 0;
}

static void
client_init(struct pair *pair)
{
	const struct client_options *options = pair->options;
	gnutls_datum_t alpn[3];
	unsigned count = 0;

	assert_int_equal(gnutls_init(&pair->client,
			     GNUTLS_CLIENT | GNUTLS_NONBLOCK | options->flags),
	    0);
	assert_int_equal(gnutls_priority_set_direct(pair->client,
			     options->priority != NULL ? options->priority
						       : TLS13,
			     NULL),
	    0);
	assert_int_equal(gnutls_certificate_allocate_credentials(
			     &pair->credentials),
	    0);
	gnutls_certificate_set_retrieve_function3(pair->credentials,
	    client_certificate);
	gnutls_credentials_set(pair->client, GNUTLS_CRD_CERTIFICATE,
	    pair->credentials);
	if (options->sni != NULL)
		gnutls_server_name_set(pair->client, GNUTLS_NAME_DNS,
		    options->sni, strlen(options->sni));
	for (; count < 3 && options->alpn[count] != NULL; count++)
		alpn[count] = yett_datum(yett_slice_of(options->alpn[count]));
	if (count > 0)
		gnutls_alpn_set_protocols(pair->client, alpn, count, 0);
	if (options->ticket.size > 0)
		assert_int_equal(gnutls_session_set_data(pair->client,
				     options->ticket.data,
				     options->ticket.size),
		    0);
	gnutls_session_set_ptr(pair->client, pair);
	gnutls_transport_set_ptr(pair->client, pair);
	gnutls_transport_set_pull_function(pair->client, client_pull);
	gnutls_transport_set_pull_timeout_function(pair->client,
	    client_pull_timeout);
	gnutls_transport_set_push_function(pair->client, client_push);
	if (options->prepare != NULL)
		options->prepare(pair->client);
}

size_t
pair_client_read(struct pair *pair, char *at, size_t len)
{
	/* AGAIN also comes after a ticket: look more than once. */
	for (unsigned i = 0; i < 8; i++) {
		ssize_t got = gnutls_record_recv(pair->client, at, len);

		if (got > 0)
			return (size_t)got;
		if (got == GNUTLS_E_FATAL_ALERT_RECEIVED ||
		    got == GNUTLS_E_WARNING_ALERT_RECEIVED)
			pair->alert = (int)gnutls_alert_get(pair->client);
		if (got == 0 || gnutls_error_is_fatal((int)got))
			break;
	}
	return 0;
}

/* The server has its turn only when a loop would give it one. */
static bool
is_readable(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };

	return poll(&wait, 1, 0) == 1;
}

/* One turn of each; true while something is left to do. */
static bool
turn(struct pair *pair)
{
	struct yett_fault fault = YETT_FAULT_NONE;

	if (pair->world->reload_next) {
		pair->world->reload_next = false;
		world_load(pair->world, pair->world->policy);
	}
	if (pair->client_code == GNUTLS_E_AGAIN ||
	    pair->client_code == GNUTLS_E_WARNING_ALERT_RECEIVED)
		pair->client_code = gnutls_handshake(pair->client);
	if (pair->client_code == GNUTLS_E_FATAL_ALERT_RECEIVED)
		pair->alert = (int)gnutls_alert_get(pair->client);
	if (pair->result == YETT_SESSION_AGAIN && is_readable(pair->fd[1])) {
		if (pair->world->before_server != NULL)
			pair->world->before_server(true);
		pair->result = yett_session_handshake(pair->session,
		    pair->world->now, &pair->fault);
		(void)!yett_session_flush(pair->session, &fault);
		if (pair->world->before_server != NULL)
			pair->world->before_server(false);
	}
	return (pair->client_code == GNUTLS_E_AGAIN &&
		   pair->result != YETT_SESSION_FAILED) ||
	    (pair->result == YETT_SESSION_AGAIN && pair->client_code >= 0);
}

void
pair_open(struct pair *pair, struct world *world,
    const struct client_options *options)
{
	static const struct yett_ip home = {
		.byte = { [10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1 }
	};
	unsigned rounds = 0;
	char byte;

	*pair = (struct pair){ .world = world,
		.options = options,
		.alert = -1,
		.client_code = GNUTLS_E_AGAIN,
		.result = YETT_SESSION_AGAIN };
	assert_true(socket_pair(pair->fd));
	client_init(pair);
	assert_int_equal(yett_session_new(&pair->session, world->env, world,
			     pair->fd[1], &home, 4711, NULL),
	    YETT_OK);
	while (turn(pair) && rounds < ROUNDS)
		rounds++;
	assert_true(rounds < ROUNDS);
	/* Tickets, and alerts that come after the client is through. */
	if (pair->client_code == GNUTLS_E_AGAIN) {
		pair->client_code = gnutls_handshake(pair->client);
		if (pair->client_code == GNUTLS_E_FATAL_ALERT_RECEIVED)
			pair->alert = (int)gnutls_alert_get(pair->client);
	}
	if (pair->client_code >= 0)
		pair_client_read(pair, &byte, 1);
	pair->resumed = gnutls_session_is_resumed(pair->client) != 0;
}

void
pair_close(struct pair *pair)
{
	yett_session_free(pair->session);
	gnutls_deinit(pair->client);
	gnutls_certificate_free_credentials(pair->credentials);
	close(pair->fd[0]);
	close(pair->fd[1]);
}

gnutls_datum_t
pair_ticket(struct pair *pair)
{
	gnutls_datum_t data = { NULL, 0 };

	assert_int_equal(gnutls_session_get_data2(pair->client, &data), 0);
	return data;
}

int
pair_server_key(struct pair *pair)
{
	unsigned count = 0;
	const gnutls_datum_t *der = gnutls_certificate_get_peers(pair->client,
	    &count);
	gnutls_x509_crt_t crt;
	int algorithm;

	assert_non_null(der);
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_import(crt, der, GNUTLS_X509_FMT_DER),
	    0);
	algorithm = gnutls_x509_crt_get_pk_algorithm(crt, NULL);
	gnutls_x509_crt_deinit(crt);
	return algorithm;
}

enum yett_verification
pair_verify(struct pair *pair)
{
	struct yett_peer *peer = yett_session_peer(pair->session);
	struct yett_trust_result result;

	assert_non_null(peer);
	yett_peer_verify(peer, pair->world->credentials, 0, pair->world->now,
	    &result);
	return result.verification;
}
