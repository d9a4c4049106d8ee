/* SPDX-License-Identifier: Apache-2.0 */
/*
 * instance_play.h - a policy with one site, its functions, and facts to ask
 * them about; shared by the tests of instances and of views.
 */
#ifndef YETT_TESTS_INSTANCE_PLAY_H
#define YETT_TESTS_INSTANCE_PLAY_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "script/instance.h"
#include "script/loader.h"

struct play {
	struct yett_loaded loaded;
	struct yett_instance *instance;
	const struct yett_site *site;
	char error[1024]; /* of the load */
};

static inline void
tell(void *arg, const char *text, size_t len)
{
	struct play *play = arg;

	snprintf(play->error, sizeof(play->error), "%.*s", (int)len, text);
}

/* Load a policy whose one site has `functions`, above which stands `above`. */
static inline enum yett_status
load(struct play *play, const char *above, const char *functions,
    struct yett_fault *fault)
{
	struct yett_load_options options = { .sink = tell, .arg = play };
	char text[4096];

	snprintf(text, sizeof(text),
	    "listen '127.0.0.1:0' trust 'a' { ca = 'a' } "
	    "trust 'b' { ca = 'b' } %s\n"
	    "site 'x.example' { key = 'k', upstream = 'http://127.0.0.1:1', "
	    "trust = 'a', path '/b' { trust = 'b', certificate = 'request' }, "
	    "\n%s }",
	    above, functions);
	return yett_load_text(&play->loaded, "play.lua", ".",
	    yett_slice_of(text), &options, fault);
}

static inline void
open_play(struct play *play, const char *above, const char *functions)
{
	struct yett_fault fault = YETT_FAULT_NONE;

	*play = (struct play){ 0 };
	if (load(play, above, functions, &fault) != YETT_OK)
		fail_msg("%s\n%s: %s", functions, fault.what, play->error);
	assert_int_equal(yett_instance_open(&play->instance,
			     play->loaded.source, NULL),
	    YETT_OK);
	play->site = yett_generation_site_at(play->loaded.gen, 0);
}

static inline void
close_play(struct play *play)
{
	yett_instance_close(play->instance);
	yett_loaded_clear(&play->loaded);
}

static const struct yett_slice protocols[] = { { "h2", 2 }, { "http/1.1", 8 } };
static const struct yett_hello hello = {
	.sni = { "x.example", 9 },
	.alpn = protocols,
	.alpn_count = 2,
	.version = 0x0304,
	.client_ip = { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2,
	    7 } },
	.client_port = 4711,
};
static const struct yett_slice dns[] = { { "ada.staff.example", 17 } };
static const struct yett_slice uri[] = { { "spiffe://acme.example/web", 25 } };
static const struct yett_certificate leaf = {
	.subject = { "CN=Ada", 6 },
	.issuer = { "CN=CA", 5 },
	.serial = { "0a", 2 },
	.fingerprint = { "ff00", 4 },
	.dns = dns,
	.uri = uri,
	.dns_count = 1,
	.uri_count = 1,
	.not_before = 1,
	.not_after = 2,
};
static struct yett_header headers[] = {
	{ { "X-Device", 8 }, { "7", 1 } },
	{ { "Accept", 6 }, { "a", 1 } },
	{ { "accept", 6 }, { "b", 1 } },
	{ { "X_SSL-Client-Verify", 19 }, { "SUCCESS", 7 } },
	{ { "X-Forwarded-For", 15 }, { "10.0.0.1", 8 } },
};
static const struct yett_request request = {
	.hello = &hello,
	.peer = { .leaf = &leaf },
	.host = { "x.example", 9 },
	.method = { "GET", 3 },
	.path = { "/b/c", 4 },
	.header = headers,
	.header_count = 5,
};

static inline struct yett_hello_said
ask_hello(struct play *play, uint32_t *read)
{
	const struct yett_functions *functions = yett_instance_functions(
	    play->instance);
	struct yett_hello_said said;

	*read = 0;
	functions->hello(functions->arg, play->site, &hello, &said, read);
	return said;
}

static inline struct yett_request_said
ask_request(struct play *play, bool verified, uint32_t *read)
{
	const struct yett_functions *functions = yett_instance_functions(
	    play->instance);
	struct yett_request_said said;

	*read = 0;
	functions->request(functions->arg, play->site, &play->site->fallback,
	    &request, verified, &said, read);
	return said;
}

#define HELLO(body) "client_hello = function(hello) " body " end"
#define REQUEST(body) "request = function(req) " body " end"

#endif
