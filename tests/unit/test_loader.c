/* SPDX-License-Identifier: Apache-2.0 */
/* From a policy's text to a generation: inheritance, places, files, mistakes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "script/loader.h"
#include "unit/load_output.h"

/* Not a digest, but different for different bytes. */
static void
sum(const void *bytes, size_t len, uint8_t digest[32])
{
	const uint8_t *byte = bytes;

	memset(digest, 0, 32);
	for (size_t i = 0; i < len; i++)
		digest[i % 32] = (uint8_t)(digest[i % 32] * 31 + byte[i]);
}

static enum yett_status
load(struct yett_loaded *out, const char *text, struct load_output *told,
    struct yett_fault *fault)
{
	struct yett_load_options options = {
		.sha256 = sum,
		.sink = load_output_add,
		.arg = told,
	};

	return yett_load_text(out, "play.lua", "/etc/play", yett_slice_of(text),
	    &options, fault);
}

/* Which line ran for long, how often that was told, and then why it ended. */
struct waited {
	struct load_output told;
	char where[64];
	unsigned times;
};

static void
tell_waited(void *arg, const char *text, size_t len)
{
	struct waited *waited = arg;

	load_output_add(&waited->told, text, len);
}

static void
wait_for(void *arg, const char *where, unsigned seconds, unsigned most)
{
	struct waited *waited = arg;

	assert_true(seconds <= most);
	snprintf(waited->where, sizeof(waited->where), "%s", where);
	waited->times++;
}

/* A loop without end is told while it runs, once, and where it is given up. */
static void
test_loop_without_end(void **state)
{
	struct waited waited = { .times = 0 };
	struct yett_load_options options = {
		.sha256 = sum,
		.sink = tell_waited,
		.slow = wait_for,
		.arg = &waited,
		.patience = 10 * YETT_NS_PER_MS,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_loaded loaded;

	(void)state;
	/* On a busy machine the policy may not have begun to run by then. */
	for (; waited.where[0] == '\0' && options.patience < YETT_NS_PER_S;
	     options.patience *= 3) {
		options.time = 4 * options.patience;
		waited.times = 0;
		assert_int_equal(yett_load_text(&loaded, "play.lua",
				     "/etc/play",
				     YETT_LIT("local n = 0\n"
					      "while true do\n"
					      "  n = n + 1 end\n"),
				     &options, &fault),
		    YETT_E_LIMIT);
		assert_int_equal(waited.times, 1);
	}
	assert_true(strcmp(waited.where, "play.lua:3") == 0 ||
	    strcmp(waited.where, "play.lua:2") == 0);
	assert_non_null(strstr(waited.told.text, "never ends"));
	assert_true(strncmp(fault.where, "play.lua:", 9) == 0);

	/* What fails after it was told to be slow fails at its own line. */
	fault = (struct yett_fault)YETT_FAULT_NONE;
	waited.times = 0;
	options.patience = 10 * YETT_NS_PER_MS;
	options.time = 30 * YETT_NS_PER_S;
	assert_int_equal(yett_load_text(&loaded, "play.lua", "/etc/play",
			     YETT_LIT("for i = 1, 20000000 do end\n"
				      "error 'no'\n"),
			     &options, &fault),
	    YETT_E_POLICY);
	assert_int_equal(waited.times, 1);
	assert_string_equal(fault.where, "play.lua:2:1");
}

#define HEAD                                                                   \
	"listen '127.0.0.1:8443'\n"                                            \
	"trust 'staff' { ca = 'staff.pem' }\n"                                 \
	"trust 'robots' { ca = { 'a.pem', '/abs/b.pem' }, crl = 'r.crl', "     \
	"depth = 2 }\n"

#define SITE "site 'x.example' { key = 'k', upstream = 'http://127.0.0.1:1' }\n"

static const char two_sites[] = HEAD
    "site 'portal.example' {\n"
    "  key = 'keys/portal', upstream = 'http://127.0.0.1:8080',\n"
    "  trust = 'staff', forward = { client_cert = 'rfc9440' },\n"
    "  late = { status = 421, title = 'Too late' },\n"
    "  path '/' { certificate = 'none' },\n"
    "  path '/admin' { certificate = 'require', why = 'staff only',\n"
    "    tell = true, identity = { dns = { '*.staff.example' } } },\n"
    "  exact '/robot' { certificate = 'request', trust = 'robots',\n"
    "    upstream = 'http://127.0.0.1:9090', forward = { client_cert = 'none' "
    "},\n"
    "    late = { hresult = 0, close = 'never' } },\n"
    "}\n"
    "site '*.other.example' {\n"
    "  key = { cert = 'pkcs11:object=x', key = '/k' },\n"
    "  upstream = 'http://127.0.0.1:8080',\n"
    "}\n";

static void
test_sites(void **state)
{
	struct yett_loaded loaded;
	struct load_output told = { { 0 }, 0 };
	struct yett_fault fault = YETT_FAULT_NONE;
	const struct yett_site *portal, *other;
	const struct yett_trust *robots;

	(void)state;
	if (load(&loaded, two_sites, &told, &fault) != YETT_OK)
		fail_msg("%s", told.text);
	assert_int_equal(yett_generation_listen_count(loaded.gen), 1);
	assert_int_equal(yett_generation_listen(loaded.gen, 0)->port, 8443);
	assert_int_equal(yett_generation_trust_count(loaded.gen), 2);
	robots = yett_generation_trust(loaded.gen, 1);
	assert_string_equal(robots->name.at, "robots");
	assert_string_equal(robots->ca[0].at, "/etc/play/a.pem");
	assert_string_equal(robots->ca[1].at, "/abs/b.pem");
	assert_string_equal(robots->crl[0].at, "/etc/play/r.crl");
	assert_int_equal(robots->depth, 2);
	assert_int_equal(robots->place.line, 3);

	assert_int_equal(yett_generation_site_count(loaded.gen), 2);
	portal = yett_generation_site(loaded.gen, YETT_LIT("portal.example"));
	assert_string_equal(portal->label.at, "site \"portal.example\"");
	assert_string_equal(portal->place.file.at, "play.lua");
	assert_int_equal(portal->place.line, 4);
	assert_string_equal(portal->key[0].cert.at,
	    "/etc/play/keys/portal.pem");
	assert_string_equal(portal->key[0].key.at, "/etc/play/keys/portal.key");
	assert_int_equal(portal->hello_function, -1);
	assert_int_equal(portal->request_function, -1);

	other = yett_generation_site(loaded.gen, YETT_LIT("x.other.example"));
	assert_string_equal(other->key[0].cert.at, "pkcs11:object=x");
	assert_string_equal(other->key[0].key.at, "/k");
	assert_ptr_equal(other->fallback.upstream, portal->fallback.upstream);
	assert_int_equal(yett_generation_upstream_count(loaded.gen), 2);
	yett_loaded_clear(&loaded);
	assert_null(loaded.gen);
	yett_loaded_clear(&loaded);
}

static void
test_inheritance(void **state)
{
	struct yett_loaded loaded;
	struct load_output told = { { 0 }, 0 };
	const struct yett_site *site;
	const struct yett_rule *open, *admin, *robot;

	(void)state;
	assert_int_equal(load(&loaded, two_sites, &told, NULL), YETT_OK);
	site = yett_generation_site(loaded.gen, YETT_LIT("portal.example"));
	open = yett_site_rule(site, YETT_LIT("/x"));
	admin = yett_site_rule(site, YETT_LIT("/admin/users"));
	robot = yett_site_rule(site, YETT_LIT("/robot"));

	assert_int_equal(open->need, YETT_NEED_NONE);
	assert_string_equal(admin->label.at, "path \"/admin\"");
	assert_int_equal(admin->need, YETT_NEED_REQUIRE);
	assert_int_equal(admin->trusts.count, 1);
	assert_int_equal(admin->trusts.index[0], 0);
	assert_string_equal(admin->why.at, "staff only");
	assert_true(admin->tell);
	assert_int_equal(admin->identity->list[YETT_IDENTITY_DNS].count, 1);
	assert_ptr_equal(admin->late, site->fallback.late);
	assert_int_equal(admin->late->status, 421);
	assert_int_equal(admin->late->hresult, 0x80070032);
	assert_string_equal(admin->late->title.at, "Too late");
	assert_ptr_equal(admin->upstream, site->fallback.upstream);
	assert_int_equal(admin->forward.client_cert, YETT_FORWARD_RFC9440);

	assert_int_equal(robot->need, YETT_NEED_REQUEST);
	assert_int_equal(robot->trusts.index[0], 1);
	assert_null(robot->identity);
	assert_int_equal(robot->late->status, 500);
	assert_int_equal(robot->late->hresult, 0);
	assert_int_equal(robot->late->close, YETT_CLOSE_NEVER);
	assert_ptr_not_equal(robot->upstream, site->fallback.upstream);
	assert_int_equal(robot->forward.client_cert, YETT_FORWARD_NONE);
	assert_int_equal(site->ask.need, YETT_NEED_REQUEST);
	yett_loaded_clear(&loaded);
}

/* Names are what requests are compared with, whatever the policy wrote. */
static void
test_names_are_normal(void **state)
{
	static const struct {
		const char *text, *told;
	} refused[] = {
		{ "listen '127.0.0.1:0' site 'a..b' { key = 'k', upstream = "
		  "'http://127.0.0.1:1' }",
		    "is no server name" },
		{ "listen '127.0.0.1:0' site 'x.example' { key = 'k', "
		  "upstream = 'http://127.0.0.1:1',\n"
		  "path '/a%2fb' { certificate = 'none' } }",
		    "can never be asked for" },
	};
	struct yett_loaded loaded;
	struct load_output told = { { 0 }, 0 };
	const struct yett_site *site;

	(void)state;
	if (load(&loaded,
		"listen '127.0.0.1:0' site 'B\u00fccher.Example.' { key = 'k', "
		"upstream = 'http://127.0.0.1:1',\n"
		"path '/%61//b' { why = 'x' } }",
		&told, NULL) != YETT_OK)
		fail_msg("%s", told.text);
	site = yett_generation_site_at(loaded.gen, 0);
	assert_string_equal(site->name.at, "xn--bcher-kva.example");
	assert_string_equal(site->rule[0]->pattern.at, "/a/b");
	yett_loaded_clear(&loaded);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		told.len = 0;
		assert_int_equal(load(&loaded, refused[i].text, &told, NULL),
		    YETT_E_POLICY);
		if (strstr(told.text, refused[i].told) == NULL)
			fail_msg("%s", told.text);
	}
}

static void
test_settings(void **state)
{
	struct yett_loaded loaded;
	struct load_output told = { { 0 }, 0 };
	const struct yett_settings *settings;

	(void)state;
	assert_int_equal(load(&loaded,
			     "gateway { workers = 3,\n"
			     "  limits = { head = '16KiB', memory = '4MiB' },\n"
			     "  timeouts = { handshake = '2s' },\n"
			     "  log = { access = 'a.log', format = 'w3c' } "
			     "}\n" HEAD SITE,
			     &told, NULL),
	    YETT_OK);
	settings = yett_generation_settings(loaded.gen);
	assert_int_equal(settings->workers, 3);
	assert_int_equal(settings->limits.head, 16384);
	assert_int_equal(settings->limits.fields, 100);
	assert_int_equal(settings->timeouts.handshake, 2000);
	assert_int_equal(settings->timeouts.head, 10000);
	assert_string_equal(settings->log.access.at, "/etc/play/a.log");
	assert_int_equal(settings->log.format, YETT_ACCESS_W3C);
	assert_int_equal(loaded.source->memory, 4 << 20);
	assert_int_equal(loaded.source->instructions, 100000);
	yett_loaded_clear(&loaded);
}

/* Nothing is loaded, the fault has the first mistake, the sink has all. */
static void
test_mistakes(void **state)
{
	static const struct {
		const char *text, *where, *told;
	} cases[] = {
		{ "site 'x.example' { certifcate = 'none' }", "play.lua:1",
		    "certifcate" },
		{ "listen '127.0.0.1:1'\nlisten 7", "play.lua:2", "listen" },
		{ "site 'x.example' {", "play.lua:1", "error" },
		{ "\nerror('stop here')", "play.lua", "stop here" },
		{ "local x = nil + 1", "play.lua", "nil" },
		{ "local p = data 'none.json'", "play.lua:1", "none.json" },
		{ "local c = cidr { '10.0.0.0/8', '10.0.0.300' }", "play.lua:1",
		    "10.0.0.300" },
		{ "\x1bLua", "play.lua", "a policy is text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_loaded loaded = { NULL, NULL };
		struct load_output told = { { 0 }, 0 };
		struct yett_fault fault = YETT_FAULT_NONE;

		assert_int_equal(load(&loaded, cases[i].text, &told, &fault),
		    YETT_E_POLICY);
		assert_null(loaded.gen);
		assert_ptr_equal(strstr(fault.where, cases[i].where),
		    fault.where);
		assert_true(fault.what[0] != '\0');
		if (strstr(told.text, cases[i].told) == NULL)
			fail_msg("%s: %s", cases[i].text, told.text);
	}
}

/* A policy that never ends, or that eats all memory, ends with a message. */
static void
test_limits(void **state)
{
	static const struct {
		const char *text, *what;
		uint64_t time; /* ms */
	} cases[] = {
		{ "\nwhile true do end", "the call used its budget of 500 ms",
		    500 },
		{ "\nlocal t = {} while true do t[#t + 1] = {} end",
		    "the state needs more than its 16777216 bytes of memory",
		    0 },
		{ "\nwhile true do pcall(function() while true do end end) end",
		    "the call used its budget of 500 ms", 500 },
	};
	struct load_output told = { { 0 }, 0 };
	struct yett_load_options options = {
		.sink = load_output_add,
		.arg = &told,
		.memory = 16 << 20,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_loaded loaded;
		struct yett_fault fault = YETT_FAULT_NONE;

		told.len = 0;
		options.time = cases[i].time * YETT_NS_PER_MS;
		assert_int_equal(yett_load_text(&loaded, "play.lua", ".",
				     yett_slice_of(cases[i].text), &options,
				     &fault),
		    YETT_E_LIMIT);
		assert_string_equal(fault.where, "play.lua:2");
		assert_string_equal(fault.what, cases[i].what);
		assert_non_null(strstr(told.text, cases[i].what));
	}
}

static void
write_file(const char *folder, const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void
remove_file(const char *folder, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	unlink(path);
}

/* A folder is all its policies in order; tests and other files are not. */
static void
test_folder(void **state)
{
	char folder[] = "/tmp/yett-loader-XXXXXX";
	char path[128];
	struct load_output told = { { 0 }, 0 };
	struct yett_load_options options = {
		.sha256 = sum,
		.sink = load_output_add,
		.arg = &told,
	};
	struct yett_loaded first, second;
	struct yett_fault fault = YETT_FAULT_NONE;

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(yett_load(&first, folder, &options, NULL),
	    YETT_E_NOT_FOUND);
	write_file(folder, "a.lua", HEAD SITE);
	write_file(folder, "b.lua",
	    "local who = data 'who.json'\n"
	    "site 'b.example' { key = who.key, upstream = who.list[1] }");
	write_file(folder, "b_test.lua", "this is not Lua");
	write_file(folder, "notes.txt", "neither is this");
	write_file(folder, "who.json",
	    "{ \"key\": \"k\", \"list\": [ \"http://127.0.0.1:1\" ] }");
	if (yett_load(&first, folder, &options, &fault) != YETT_OK)
		fail_msg("%s", told.text);
	assert_int_equal(first.source->file_count, 2);
	assert_int_equal(yett_generation_site_count(first.gen), 2);

	/* The digest covers the data. */
	write_file(folder, "who.json",
	    "{ \"key\": \"k\", \"list\": [ \"http://127.0.0.1:2\" ] }");
	assert_int_equal(yett_load(&second, folder, &options, NULL), YETT_OK);
	assert_memory_not_equal(yett_generation_digest(first.gen),
	    yett_generation_digest(second.gen), 32);
	yett_loaded_clear(&second);

	/* One file of it, by its own name. */
	snprintf(path, sizeof(path), "%s/a.lua", folder);
	assert_int_equal(yett_load(&second, path, &options, NULL), YETT_OK);
	assert_int_equal(yett_generation_site_count(second.gen), 1);
	yett_loaded_clear(&second);
	yett_loaded_clear(&first);

	remove_file(folder, "a.lua");
	remove_file(folder, "b.lua");
	remove_file(folder, "b_test.lua");
	remove_file(folder, "notes.txt");
	remove_file(folder, "who.json");
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(yett_load(&first, folder, &options, NULL),
	    YETT_E_NOT_FOUND);
}

static void
test_digest_covers_the_text(void **state)
{
	struct yett_loaded a, b;
	struct load_output told = { { 0 }, 0 };

	(void)state;
	assert_int_equal(load(&a, HEAD SITE, &told, NULL), YETT_OK);
	assert_int_equal(load(&b, HEAD SITE "-- another word\n", &told, NULL),
	    YETT_OK);
	assert_memory_not_equal(yett_generation_digest(a.gen),
	    yett_generation_digest(b.gen), 32);
	yett_loaded_clear(&a);
	yett_loaded_clear(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_loop_without_end),
		cmocka_unit_test(test_sites),
		cmocka_unit_test(test_inheritance),
		cmocka_unit_test(test_names_are_normal),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_folder),
		cmocka_unit_test(test_digest_covers_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
