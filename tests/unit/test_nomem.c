/* SPDX-License-Identifier: Apache-2.0 */
/* Each allocation fails once: the caller is told, nothing is half done, and
 * nothing stays behind (which the address sanitizer sees). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/head.h"
#include "policy/draft.h"
#include "policy/matcher.h"
#include "request/answer.h"
#include "unit/nomem.h"
#include "unit/socket_pair.h"
#include "unit/stub_origin.h"
#include "upstream/exchange.h"

#define TEXT YETT_LIT("before")

/* --- http ----------------------------------------------------------------- */

static bool
write_heads(void *arg, unsigned n)
{
	static const struct yett_field field[] = {
		{ .name = { "Host", 4 },
		    .value = { "a.test", 6 },
		    .id = YETT_FIELD_HOST },
	};
	const struct yett_uri uri = { .form = YETT_URI_ORIGIN,
		.path = { "/", 1 } };
	bool is_request = *(bool *)arg;
	struct yett_buf out = { 0 };
	enum yett_status status;
	size_t before;
	bool failed;

	assert_int_equal(yett_buf_append(&out, TEXT), YETT_OK);
	while (yett_buf_room(&out) > 0) /* so that it must grow */
		assert_int_equal(yett_buf_append(&out, YETT_LIT("x")), YETT_OK);
	before = yett_buf_len(&out);
	nomem_arm(n);
	status = is_request
	    ? yett_head_write_request(&out, YETT_LIT("GET"), &uri, field, 1)
	    : yett_head_write_response(&out, 200, YETT_LIT(""), field, 1);
	failed = nomem_disarm();
	assert_int_equal(status, failed ? YETT_E_NOMEM : YETT_OK);
	if (failed)
		assert_int_equal(yett_buf_len(&out), before);
	assert_memory_equal(yett_buf_slice(&out).at, "before", 6);
	yett_buf_clear(&out);
	return failed;
}

static void
test_heads(void **state)
{
	bool request = true, response = false;

	(void)state;
	assert_int_equal(nomem_each(write_heads, &request), 1);
	assert_int_equal(nomem_each(write_heads, &response), 1);
}

/* --- request/answer ------------------------------------------------------- */

static bool
write_answer(void *arg, unsigned n)
{
	const struct yett_decision *decision = arg;
	struct yett_answer_env env = {
		.id = { "0123456789abcdef", 16 },
		.date = { "Sun, 06 Nov 1994 08:49:37 GMT", 29 },
	};
	struct yett_field field[YETT_ANSWER_FIELDS];
	struct yett_answer_message message = { .field = field };
	struct yett_buf scratch = { 0 };
	enum yett_status status;
	struct yett_answer answer;
	bool failed;

	env.html = decision->cause == YETT_CAUSE_POLICY;
	nomem_arm(n);
	yett_answer_for(decision, &answer);
	status = yett_answer_write(&answer, &env, &scratch, &message);
	failed = nomem_disarm();
	assert_int_equal(status, failed ? YETT_E_NOMEM : YETT_OK);
	yett_buf_clear(&scratch);
	return failed;
}

static void
test_answers(void **state)
{
	static const enum yett_reason reasons[] = { YETT_REASON_LATE,
		YETT_REASON_NOT_SENT, YETT_REASON_UNTRUSTED,
		YETT_REASON_POLICY_ERROR, YETT_REASON_MISDIRECTED };

	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		for (int html = 0; html < 2; html++) {
			struct yett_decision decision = {
				.reason = reasons[i],
				.cause = html ? YETT_CAUSE_POLICY
					      : YETT_CAUSE_NONE,
				.status = 500,
			};

			assert_true(nomem_each(write_answer, &decision) >= 1);
		}
}

/* --- policy --------------------------------------------------------------- */

#define RULES 40

static void *
make(struct yett_draft *draft, size_t size)
{
	return yett_arena_alloc(yett_draft_arena(draft), size);
}

static enum yett_status
add_trust(struct yett_draft *draft)
{
	struct yett_trust *trust = make(draft, sizeof(*trust));

	if (trust == NULL)
		return YETT_E_NOMEM;
	trust->name = YETT_LIT("staff");
	return yett_draft_add_trust(draft, trust, NULL);
}

/* "/a/b" and so on: a trie with some depth. */
static enum yett_status
add_rules(struct yett_draft *draft, struct yett_site *site, uint32_t *staff)
{
	site->rule = make(draft, RULES * sizeof(*site->rule));
	for (uint32_t i = 0; site->rule != NULL && i < RULES; i++) {
		struct yett_rule *rule = make(draft, sizeof(*rule));
		const char text[] = { '/', (char)('a' + i % 7), '/',
			(char)('a' + i / 7) };

		if (rule == NULL)
			return YETT_E_NOMEM;
		rule->kind = i % 3 == 0 ? YETT_RULE_GLOB : YETT_RULE_PATH;
		rule->pattern = yett_arena_copy(yett_draft_arena(draft),
		    (struct yett_slice){ text, 4 });
		if (rule->pattern.at == NULL)
			return YETT_E_NOMEM;
		rule->label = rule->pattern;
		rule->need = YETT_NEED_REQUIRE;
		rule->trusts = (struct yett_trust_set){ staff, 1 };
		site->rule[site->rule_count++] = rule;
	}
	return site->rule == NULL ? YETT_E_NOMEM : YETT_OK;
}

static enum yett_status
add_site(struct yett_draft *draft, const char *name)
{
	struct yett_site *site = make(draft, sizeof(*site));
	uint32_t *staff = make(draft, sizeof(*staff));

	if (site == NULL || staff == NULL)
		return YETT_E_NOMEM;
	*staff = 0;
	site->name = site->label = yett_slice_of(name);
	site->fallback.label = site->name;
	site->hello_function = site->request_function = -1;
	if (add_rules(draft, site, staff) != YETT_OK)
		return YETT_E_NOMEM;
	return yett_draft_add_site(draft, site, NULL);
}

static enum yett_status
build(struct yett_generation **gen)
{
	struct yett_draft *draft = yett_draft_new();
	enum yett_status status = YETT_E_NOMEM;

	if (draft != NULL)
		status = add_trust(draft);
	if (status == YETT_OK)
		status = add_site(draft, "a.test");
	if (status == YETT_OK)
		status = add_site(draft, "*.b.test");
	if (status == YETT_OK)
		status = yett_draft_freeze(&draft, gen, NULL);
	yett_draft_free(draft);
	return status;
}

static bool
freeze(void *arg, unsigned n)
{
	struct yett_generation *gen = NULL;
	enum yett_status status;
	bool failed;

	(void)arg;
	nomem_arm(n);
	status = build(&gen);
	failed = nomem_disarm();
	assert_int_equal(status, failed ? YETT_E_NOMEM : YETT_OK);
	assert_true(failed == (gen == NULL));
	if (gen != NULL)
		assert_non_null(yett_generation_site(gen, YETT_LIT("a.test")));
	yett_generation_unref(&gen);
	return failed;
}

static bool
build_sets(void *arg, unsigned n)
{
	const struct yett_cidr cidr[] = { { .bits = 128 }, { .bits = 128 } };
	const struct yett_slice names[] = { { "b", 1 }, { "a", 1 } };
	struct yett_string_set strings = { NULL, 7 };
	struct yett_cidr_set ranges = { NULL, 7 };
	struct yett_arena arena = { 0 };
	enum yett_status first, second;
	bool failed;

	(void)arg;
	nomem_arm(n);
	first = yett_cidr_set_build(&arena, cidr, 2, &ranges);
	second = yett_string_set_build(&arena, names, 2, &strings);
	failed = nomem_disarm();
	assert_true((first == YETT_OK && second == YETT_OK) == !failed);
	if (first != YETT_OK)
		assert_int_equal(ranges.count, 7);
	if (second != YETT_OK)
		assert_int_equal(strings.count, 7);
	yett_arena_clear(&arena);
	return failed;
}

static void
test_policy(void **state)
{
	(void)state;
	assert_true(nomem_each(freeze, NULL) > 10);
	assert_true(nomem_each(build_sets, NULL) > 0);
}

/* --- upstream ------------------------------------------------------------- */

#define ANSWER                                                                 \
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"                \
	"5\r\nhello\r\n0\r\n\r\n"

/* An application whose answer is there before the question. */
static enum yett_status
open_answer(void *arg, int *out, const struct yett_address *client,
    struct yett_fault *fault)
{
	int *far = arg, pair[2];
	size_t sent;

	(void)client;
	(void)fault;
	assert_true(socket_pair(pair));
	assert_int_equal(yett_socket_send(pair[1], yett_slice_of(ANSWER), &sent,
			     NULL),
	    YETT_IO_DONE);
	yett_socket_close(far);
	*far = pair[1];
	*out = pair[0];
	return YETT_OK;
}

/* Who asks, and what came of it. */
struct asker {
	struct yett_loop *loop;
	struct yett_targets *targets;
	struct yett_exchange *exchange;
	struct yett_buf body;
	enum yett_exchange_result result;
};

static void
on_progress(void *arg)
{
	struct asker *asker = arg;
	const struct yett_head *head;
	struct yett_slice payload;

	do
		asker->result = yett_exchange_head(asker->exchange, &head);
	while (asker->result == YETT_EXCHANGE_DATA);
	if (asker->result == YETT_EXCHANGE_END)
		while ((asker->result = yett_exchange_body(asker->exchange,
			    &payload)) == YETT_EXCHANGE_DATA) {
			if (yett_buf_append(&asker->body, payload) != YETT_OK)
				break;
			yett_exchange_consume(asker->exchange, payload.len);
		}
	if (asker->result != YETT_EXCHANGE_MORE)
		yett_loop_stop(asker->loop);
}

static enum yett_status
ask(struct asker *asker, struct yett_pool *pool)
{
	const struct yett_address client = { 0 };
	const struct yett_exchange_order order = {
		.targets = asker->targets,
		.client = &client,
		.is_idempotent = true,
		.limits = YETT_HEAD_LIMITS_DEFAULT,
		.fields = YETT_HEAD_FIELDS,
		.connect_ms = 5000,
		.answer_ms = 5000,
		.on_progress = on_progress,
		.arg = asker,
	};

	if (yett_exchange_start(&asker->exchange, pool, &order) != YETT_OK)
		return YETT_E_NOMEM;
	if (yett_buf_append(yett_exchange_out(asker->exchange),
		YETT_LIT("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n")) != YETT_OK)
		return YETT_E_NOMEM;
	yett_exchange_body_done(asker->exchange);
	(void)yett_exchange_push(asker->exchange);
	yett_loop_run(asker->loop);
	return YETT_OK;
}

/* Without memory: it does not begin, or it fails; or it comes out right. */
static bool
exchange(void *arg, unsigned n)
{
	struct asker asker = { .targets = arg };
	enum yett_status status = YETT_E_NOMEM;
	struct yett_pool *pool = NULL;
	bool failed;

	assert_int_equal(yett_loop_open(&asker.loop, NULL), YETT_OK);
	nomem_arm(n);
	if (yett_pool_open(&pool, asker.loop) == YETT_OK)
		status = ask(&asker, pool);
	failed = nomem_disarm();
	if (!failed || asker.result == YETT_EXCHANGE_END) {
		assert_int_equal(status, YETT_OK);
		assert_int_equal(asker.result, YETT_EXCHANGE_END);
		assert_true(yett_slice_eq(yett_buf_slice(&asker.body),
		    YETT_LIT("hello")));
	}
	yett_exchange_close(&asker.exchange);
	if (pool != NULL)
		assert_int_equal(yett_pool_links(pool), yett_pool_idle(pool));
	yett_pool_close(pool);
	yett_loop_close(asker.loop);
	yett_buf_clear(&asker.body);
	return failed;
}

static void
test_exchange(void **state)
{
	const char *text = "app:stub";
	struct yett_apps apps = { .count = 0 };
	struct yett_targets *targets;
	int far = -1;
	struct yett_app_door door = { .open = open_answer, .arg = &far };

	(void)state;
	assert_int_equal(yett_apps_add(&apps, YETT_LIT("stub"), &door, NULL),
	    YETT_OK);
	targets = stub_targets_open(&apps, &text, 1);
	assert_true(nomem_each(exchange, targets) >= 5);
	yett_targets_close(targets);
	yett_socket_close(&far);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_heads),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_exchange),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
