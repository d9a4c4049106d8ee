/* SPDX-License-Identifier: Apache-2.0 */
/* The story that a decision tells of itself, step by step. */
#include "unit/decide_play.h"

struct story {
	char text[2048];
	size_t len;
};

static void
write_down(void *arg, const char *step, const char *text,
    const struct yett_place *place)
{
	struct story *story = arg;

	story->len += (size_t)snprintf(story->text + story->len,
	    sizeof(story->text) - story->len, "%s: %s [%u]\n", step, text,
	    place == NULL ? 0 : place->line);
}

static void
test_the_story_of_a_refusal(void **state)
{
	struct world world = world_new(PARTNERS);
	struct story story = { "", 0 };
	struct yett_trace trace = { write_down, &story };
	struct yett_hello_said hello_said = { .verdict = YETT_HELLO_DECLARED };
	struct yett_request_said said = { .verdict = YETT_REQUEST_DECLARED };
	struct yett_functions functions = { say_hello, NULL, &hello_said };
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct verdict row = { .path = "/staff/x", .asked = YETT_NEED_REQUEST };
	struct yett_hello_decision hello_got;
	struct yett_decision got;

	(void)state;
	yett_decide_hello(world.gen, &functions, &hello, &trace, &hello_got);
	functions = (struct yett_functions){ NULL, say_request, &said };
	decide(&world, &row, &functions, &trace, &got);
	assert_string_equal(story.text,
	    "hello: sni shop.test -> shop.test [10]\n"
	    "function: client_hello said nothing: the declared rule stands "
	    "[10]\n"
	    "ask: request, authorities of trust \"staff\", because of path "
	    "\"/staff\" [12]\n"
	    "client: sent no certificate [0]\n"
	    "request: GET /staff/x -> path \"/staff\" [12]\n"
	    "need: certificate = \"require\", trust \"staff\" [12]\n"
	    "function: request said nothing: the declared rule stands [10]\n"
	    "decision: 403 not_sent \"staff only\" [12]\n");
	yett_generation_unref(&world.gen);
}

static void
test_the_story_of_others(void **state)
{
	static const struct {
		struct verdict row;
		const char *want;
	} cases[] = {
		{ { .path = "/open",
		      .sent = true,
		      .said = { .verdict = YETT_REQUEST_ALLOW } },
		    "client: sent \"CN=P\", untrusted [0]\n"
		    "request: GET /open -> path \"/open\" [11]\n"
		    "need: certificate = \"none\" [11]\n"
		    "function: request said allow [10]\n"
		    "decision: allow [11]\n" },
		{ { .path = "/",
		      .sent = true,
		      .said = { .verdict = YETT_REQUEST_REDIRECT,
			  .location = { "https://x/", 10 } } },
		    "client: sent \"CN=P\", verified by trust \"partners\" "
		    "[0]\n"
		    "request: GET / -> shop.test [10]\n"
		    "need: certificate = \"none\", trust \"partners\" [10]\n"
		    "function: request said redirect [10]\n"
		    "decision: 307 redirect to https://x/ [10]\n" },
		{ { .path = "/staff",
		      .said = { .verdict = YETT_REQUEST_DECLARED } },
		    "client: was not asked for a certificate [0]\n"
		    "request: GET /staff -> path \"/staff\" [12]\n"
		    "need: certificate = \"require\", trust \"staff\" [12]\n"
		    "function: request said nothing: the declared rule stands "
		    "[10]\n"
		    "decision: 500 late (function) \"staff only\" [12]\n" },
	};
	struct world world = world_new(PARTNERS);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_request_said said = cases[i].row.said;
		struct yett_functions functions = { NULL, say_request, &said };
		struct story story = { "", 0 };
		struct yett_trace trace = { write_down, &story };
		struct yett_decision got;

		decide(&world, &cases[i].row, &functions, &trace, &got);
		assert_string_equal(story.text, cases[i].want);
	}
	yett_generation_unref(&world.gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_story_of_a_refusal),
		cmocka_unit_test(test_the_story_of_others),
	};

	return cmocka_run_group_tests_name("story", tests, NULL, NULL);
}
