/* SPDX-License-Identifier: Apache-2.0 */
/* One table from reason to answer: statuses, words, forms, escapes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <jansson.h>

#include "request/answer.h"

static void
test_statuses(void **state)
{
	static const struct {
		enum yett_reason reason;
		enum yett_cause cause;
		unsigned decided, want, substatus;
		uint32_t win32;
	} cases[] = {
		{ YETT_REASON_LATE, YETT_CAUSE_POLICY, 500, 500, 0, 50 },
		{ YETT_REASON_NOT_SENT, YETT_CAUSE_NONE, 403, 403, 7, 5 },
		{ YETT_REASON_UNTRUSTED, YETT_CAUSE_NONE, 403, 403, 16,
		    0x800b0109 },
		{ YETT_REASON_EXPIRED, YETT_CAUSE_NONE, 403, 403, 17,
		    0x800b0101 },
		{ YETT_REASON_REVOKED, YETT_CAUSE_NONE, 403, 403, 13,
		    0x80092010 },
		{ YETT_REASON_REVOKED, YETT_CAUSE_CRL_UNAVAILABLE, 403, 403, 13,
		    0x80092013 },
		{ YETT_REASON_IDENTITY, YETT_CAUSE_NONE, 403, 403, 12, 5 },
		{ YETT_REASON_MISDIRECTED, YETT_CAUSE_NONE, 421, 421, 0, 0 },
		{ YETT_REASON_POLICY_ERROR, YETT_CAUSE_NONE, 500, 500, 0, 0 },
		{ YETT_REASON_DENIED, YETT_CAUSE_NONE, 404, 404, 0, 5 },
		{ YETT_REASON_DENIED, YETT_CAUSE_NONE, 200, 403, 0, 5 },
		/* A decision that makes no sense never lets anybody in. */
		{ YETT_REASON_NONE, YETT_CAUSE_NONE, 200, 500, 0, 0 },
		{ (enum yett_reason)99, YETT_CAUSE_NONE, 200, 500, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct yett_decision decision = {
			.reason = cases[i].reason,
			.cause = cases[i].cause,
			.status = cases[i].decided,
		};
		struct yett_answer answer;

		yett_answer_for(&decision, &answer);
		assert_int_equal(answer.status, cases[i].want);
		assert_int_equal(answer.substatus, cases[i].substatus);
		assert_int_equal(answer.win32, cases[i].win32);
		assert_true(answer.title.len > 0);
	}
}

static const struct yett_answer_env json_env = {
	.id = { "0123456789abcdef", 16 },
	.date = { "Sun, 06 Nov 1994 08:49:37 GMT", 29 },
};

/* The whole response as a string that the caller frees. */
static char *
write_answer(const struct yett_answer *answer,
    const struct yett_answer_env *env)
{
	struct yett_field field[YETT_ANSWER_FIELDS + 1];
	struct yett_answer_message message = { .field = field };
	struct yett_buf scratch = { 0 }, out = { 0 };
	char *text;

	assert_int_equal(yett_answer_write(answer, env, &scratch, &message),
	    YETT_OK);
	assert_int_equal(yett_head_write_response(&out, answer->status,
			     YETT_SLICE_NONE, message.field,
			     message.field_count),
	    YETT_OK);
	assert_int_equal(yett_buf_append(&out, message.body), YETT_OK);
	text = strndup(out.memory + out.start, yett_buf_len(&out));
	yett_buf_clear(&scratch);
	yett_buf_clear(&out);
	return text;
}

static void
test_late_is_what_http_sys_answers(void **state)
{
	const struct yett_decision decision = { .reason = YETT_REASON_LATE,
		.cause = YETT_CAUSE_RELOADED };
	struct yett_answer answer;
	json_t *problem;
	char *text;

	(void)state;
	yett_answer_for(&decision, &answer);
	text = write_answer(&answer, &json_env);
	assert_ptr_equal(strstr(text, "HTTP/1.1 500 Internal Server Error\r\n"),
	    text);
	assert_non_null(strstr(text,
	    "\r\nYett-Error: ERROR_NOT_SUPPORTED (0x80070032)\r\n"));
	assert_non_null(
	    strstr(text, "\r\nYett-Decision: 0123456789abcdef\r\n"));
	assert_non_null(
	    strstr(text, "\r\nContent-Type: application/problem+json\r\n"));
	problem = json_loads(strstr(text, "\r\n\r\n") + 4, 0, NULL);
	assert_non_null(problem);
	assert_int_equal(json_integer_value(json_object_get(problem, "status")),
	    500);
	assert_int_equal(json_integer_value(json_object_get(problem, "code")),
	    50);
	assert_string_equal(json_string_value(
				json_object_get(problem, "hresult")),
	    "0x80070032");
	assert_string_equal(json_string_value(
				json_object_get(problem, "reason")),
	    "late");
	assert_string_equal(json_string_value(
				json_object_get(problem, "cause")),
	    "reloaded");
	json_decref(problem);
	free(text);
}

static void
test_words_of_authors_are_escaped(void **state)
{
	struct yett_decision decision = {
		.reason = YETT_REASON_DENIED,
		.status = 403,
		.why = YETT_LIT("<b>\"a\\\n&\xfc"),
	};
	struct yett_answer_env html = json_env;
	struct yett_answer answer;
	json_t *problem;
	char *text;

	(void)state;
	yett_answer_for(&decision, &answer);
	assert_int_equal(answer.why.len, 0); /* told only if it shall be */
	decision.tell = true;
	yett_answer_for(&decision, &answer);
	text = write_answer(&answer, &json_env);
	problem = json_loads(strstr(text, "\r\n\r\n") + 4, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(problem, "why")),
	    "<b>\"a\\\n&\xef\xbf\xbd"); /* no UTF-8: U+FFFD */
	json_decref(problem);
	free(text);
	html.html = true;
	text = write_answer(&answer, &html);
	assert_non_null(
	    strstr(text, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
	assert_non_null(strstr(text, "&lt;b&gt;&quot;a\\\n&amp;"));
	assert_null(strstr(text, "<b>"));
	free(text);
}

static void
test_the_length_is_told(void **state)
{
	struct yett_answer answer;
	char *text;

	(void)state;
	yett_answer_plain(431, "too long", &answer);
	text = write_answer(&answer, &json_env);
	assert_int_equal(atoi(strstr(text, "Content-Length: ") + 16),
	    strlen(strstr(text, "\r\n\r\n") + 4));
	free(text);
}

static void
test_own_body_and_fields(void **state)
{
	static struct yett_header header = { YETT_LIT("X-Own"),
		YETT_LIT("yes") };
	static const struct yett_late late = {
		.status = 418,
		.title = YETT_LIT("x"),
		.body = YETT_LIT("come again\n"),
		.header = &header,
		.header_count = 1,
	};
	const struct yett_decision decision = { .reason = YETT_REASON_LATE,
		.late = &late };
	struct yett_answer answer;
	char *text;

	(void)state;
	yett_answer_for(&decision, &answer);
	text = write_answer(&answer, &json_env);
	assert_non_null(strstr(text, "HTTP/1.1 418 "));
	assert_non_null(
	    strstr(text, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
	assert_non_null(strstr(text, "\r\nX-Own: yes\r\n"));
	assert_non_null(strstr(text, "\r\n\r\ncome again\n"));
	assert_null(strstr(text, "Yett-Error"));
	free(text);
}

/* Longer than what an answer is given room for at first, and longer still when
 * it is escaped. */
static void
test_long_texts_are_whole(void **state)
{
	static char quotes[5000], letters[3000];
	static struct yett_header header = { YETT_LIT("X-Long"),
		{ letters, sizeof(letters) } };
	struct yett_answer answer = {
		.status = 500,
		.title = YETT_LIT("t"),
		.detail = { quotes, sizeof(quotes) },
		.header = &header,
		.header_count = 1,
	};
	struct yett_answer_env env = json_env;
	char *text, *body;
	json_t *problem;

	(void)state;
	memset(quotes, '"', sizeof(quotes));
	memset(letters, 'h', sizeof(letters));
	text = write_answer(&answer, &env);
	body = strstr(text, "\r\n\r\n") + 4;
	assert_int_equal(atoi(strstr(text, "Content-Length: ") + 16),
	    strlen(body));
	problem = json_loads(body, 0, NULL);
	assert_int_equal(json_string_length(json_object_get(problem, "detail")),
	    sizeof(quotes));
	json_decref(problem);
	assert_int_equal(strspn(strstr(text, "X-Long: ") + 8, "h"),
	    sizeof(letters));
	free(text);
	env.html = true;
	text = write_answer(&answer, &env);
	body = strstr(text, "&quot;");
	for (size_t i = 0; i < sizeof(quotes); i++)
		assert_memory_equal(body + 6 * i, "&quot;", 6);
	assert_non_null(strstr(text, "</html>\n"));
	free(text);
}

static void
test_accept(void **state)
{
	static const struct {
		const char *accept;
		bool html;
	} cases[] = {
		{ "", false },
		{ "*/*", false },
		{ "text/html", true },
		{ "text/html;q=0", false },
		{ "text/html, application/json", false },
		{ "application/json;q=0.5, text/html;q=0.9", true },
		{ "TEXT/HTML;Q=0.001", true },
		{ "application/problem+json, text/html;q=0.999", false },
		{ "text/html,application/xhtml+xml,application/xml;q=0.9,"
		  "image/avif,*/*;q=0.8",
		    true },
		{ ",,;;,text/html ; q=1 ,", true },
		{ "text/htmlx", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(yett_answer_prefers_html(
				     yett_slice_of(cases[i].accept)),
		    cases[i].html);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_statuses),
		cmocka_unit_test(test_late_is_what_http_sys_answers),
		cmocka_unit_test(test_words_of_authors_are_escaped),
		cmocka_unit_test(test_the_length_is_told),
		cmocka_unit_test(test_own_body_and_fields),
		cmocka_unit_test(test_long_texts_are_whole),
		cmocka_unit_test(test_accept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
