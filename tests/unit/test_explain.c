/* SPDX-License-Identifier: Apache-2.0 */
/* What explain tells as JSON: every way a certificate can fare, every way an
 * answer can come, always one well-formed object. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "tls/ca.h"
#include "tools/explain_url.h"
#include "yett_tools.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DAY 86400
#define REVOKED 77

static char folder[] = "/tmp/yett-explain-XXXXXX";
static struct yett_policy *policy;

static const char policy_text[] =
    "listen '127.0.0.1:0'\n"
    "trust 'staff' { ca = 'staff.pem', crl = 'staff.crl' }\n"
    "trust 'both' { ca = { 'staff.pem', 'other.pem' }, crl = 'staff.crl' }\n"
    "trust 'other' { ca = 'other.pem' }\n"
    "site 'a.test' {\n"
    "  key = 'none', upstream = 'http://127.0.0.1:1', trust = 'staff',\n"
    "  path '/staff' { certificate = 'require', why = 'staff' },\n"
    "  path '/both' { certificate = 'require', trust = 'both' },\n"
    "  path '/ada' { certificate = 'require', "
    "identity = { subject = 'CN=Ada' } },\n"
    "  path '/wish' { certificate = 'request' },\n"
    "}\n"
    "site 'one.test' {\n"
    "  key = 'none', upstream = { 'http://127.0.0.1:1', 'app:x' },\n"
    "  trust = 'staff',\n"
    "  client_hello = function(hello) return ask.request "
    "{ trust = 'staff' } end,\n"
    "  path '/other' { certificate = 'require', trust = 'other' },\n"
    "}\n";

/* --- files --- */

static void
write_file(const char *name, struct yett_slice text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.at, 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static void
issue(const struct yett_ca *ca, const char *name, const char *subject,
    int64_t until, uint32_t serial)
{
	struct yett_buf cert = { 0 }, key = { 0 };
	struct yett_ca_request request = {
		.common_name = subject,
		.purposes = YETT_CA_CLIENT,
		.not_before = time(NULL) - 2 * DAY,
		.not_after = time(NULL) + until,
		.serial = serial,
	};

	assert_int_equal(yett_ca_issue(ca, &request, &cert, &key, NULL),
	    YETT_OK);
	write_file(name, yett_buf_slice(&cert));
	yett_buf_clear(&cert);
	yett_buf_clear(&key);
}

static void
write_ca(const struct yett_ca *ca, const char *name)
{
	struct yett_buf pem = { 0 };

	assert_int_equal(yett_ca_write(ca, &pem, NULL), YETT_OK);
	write_file(name, yett_buf_slice(&pem));
	yett_buf_clear(&pem);
}

static int
open_world(void **state)
{
	static const uint32_t revoked[] = { REVOKED };
	struct yett_ca *staff, *other, *stranger;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf crl = { 0 };
	char path[128];

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(yett_tls_library_init(NULL), YETT_OK);
	assert_int_equal(yett_ca_new(&staff, "Staff", NULL), YETT_OK);
	assert_int_equal(yett_ca_new(&other, "Other", NULL), YETT_OK);
	assert_int_equal(yett_ca_new(&stranger, "Stranger", NULL), YETT_OK);
	write_ca(staff, "staff.pem");
	write_ca(other, "other.pem");
	issue(staff, "ada.pem", "Ada", DAY, 0);
	issue(staff, "bob.pem", "Bob", DAY, 0);
	issue(staff, "late.pem", "Bob", -DAY, 0);
	issue(staff, "gone.pem", "Bob", DAY, REVOKED);
	issue(other, "other-bob.pem", "J\xc3\xb6rg", DAY, 0);
	issue(stranger, "stranger.pem", "Eve", DAY, 0);
	assert_int_equal(yett_ca_crl(staff, revoked, 1, time(NULL) - DAY,
			     time(NULL) + DAY, &crl, NULL),
	    YETT_OK);
	write_file("staff.crl", yett_buf_slice(&crl));
	yett_buf_clear(&crl);
	write_file("policy.lua", YETT_LIT(policy_text));
	snprintf(path, sizeof(path), "%s/policy.lua", folder);
	if (yett_policy_load(&policy, path, NULL, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	yett_ca_free(staff);
	yett_ca_free(other);
	yett_ca_free(stranger);
	return 0;
}

static int
close_world(void **state)
{
	static const char *const names[] = { "staff.pem", "other.pem",
		"ada.pem", "bob.pem", "late.pem", "gone.pem", "other-bob.pem",
		"stranger.pem", "staff.crl", "policy.lua" };

	(void)state;
	yett_policy_free(policy);
	for (size_t i = 0; i < COUNT(names); i++) {
		char path[128];

		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder);
}

/* --- asking --- */

static void
collect(void *arg, const char *text, size_t len)
{
	json_error_t error;
	json_t **out = arg;

	*out = json_loadb(text, len, 0, &error);
	if (*out == NULL)
		fail_msg("%s: %.*s", error.text, (int)len, text);
}

static json_t *
explain(struct yett_explain_question question, const char *cert)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	char path[128];
	json_t *out = NULL;

	snprintf(path, sizeof(path), "%s/%s", folder, cert == NULL ? "" : cert);
	if (cert != NULL)
		question.certificate = path;
	if (yett_policy_explain(policy, &question, YETT_FORMAT_JSON, collect,
		&out, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	return out;
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

static const char *
step_of(const json_t *story, const char *name)
{
	const json_t *step;
	size_t i;

	json_array_foreach(json_object_get(story, "steps"), i,
	    step) if (strcmp(text_of(step, "step"), name) ==
	    0) return text_of(step, "text");
	return "";
}

/* --- tests --- */

static void
test_certificates(void **state)
{
	static const struct {
		const char *url, *cert, *client;
		json_int_t status;
		const char *reason, *cause;
	} cases[] = {
		{ "https://a.test/staff", NULL, "sent no certificate", 403,
		    "not_sent", "" },
		{ "https://a.test/staff", "stranger.pem",
		    "sent \"CN=Eve\", untrusted", 403, "untrusted", "" },
		{ "https://a.test/staff", "late.pem",
		    "sent \"CN=Bob\", expired", 403, "expired", "" },
		{ "https://a.test/staff", "gone.pem",
		    "sent \"CN=Bob\", revoked", 403, "revoked", "" },
		{ "https://a.test/both", "other-bob.pem",
		    "sent \"CN=J\xc3\xb6rg\", revoked", 403, "revoked",
		    "crl_unavailable" },
		{ "https://a.test/ada", "bob.pem",
		    "sent \"CN=Bob\", verified by trust \"staff\"", 403,
		    "identity", "" },
		{ "https://a.test/ada", "ada.pem",
		    "sent \"CN=Ada\", verified by trust \"staff\"", 0, "", "" },
		{ "https://a.test/wish", "stranger.pem",
		    "sent \"CN=Eve\", untrusted", 0, "", "" },
		{ "https://one.test/other", NULL, "sent no certificate", 500,
		    "late", "other_trust" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *story =
		    explain((struct yett_explain_question){ .url =
								cases[i].url },
			cases[i].cert);
		const json_t *answer = json_object_get(story, "answer");

		assert_string_equal(step_of(story, "client"), cases[i].client);
		assert_int_equal(json_integer_value(
				     json_object_get(answer, "status")),
		    cases[i].status);
		assert_string_equal(text_of(answer, "reason"), cases[i].reason);
		assert_string_equal(text_of(answer, "cause"), cases[i].cause);
		assert_string_equal(text_of(answer, "from"),
		    cases[i].status == 0 ? "upstream" : "gateway");
		json_decref(story);
	}
}

/* Everything a refusal has, and the places of its rules. */
static void
test_a_whole_refusal(void **state)
{
	static const char want[] =
	    "{\"steps\":["
	    "{\"step\":\"hello\",\"text\":\"sni a.test -> site "
	    "\\\"a.test\\\"\","
	    "\"file\":\"policy.lua\",\"line\":5},"
	    "{\"step\":\"ask\",\"text\":\"request, authorities of trust "
	    "\\\"staff\\\", \\\"both\\\", because of path \\\"/staff\\\"\","
	    "\"file\":\"policy.lua\",\"line\":7},"
	    "{\"step\":\"client\",\"text\":\"sent no certificate\"},"
	    "{\"step\":\"request\",\"text\":\"GET /staff/x -> path "
	    "\\\"/staff\\\"\",\"file\":\"policy.lua\",\"line\":7},"
	    "{\"step\":\"need\",\"text\":\"certificate = \\\"require\\\", "
	    "trust \\\"staff\\\"\",\"file\":\"policy.lua\",\"line\":7},"
	    "{\"step\":\"decision\",\"text\":\"403 not_sent \\\"staff\\\"\","
	    "\"file\":\"policy.lua\",\"line\":7}],"
	    "\"answer\":{\"from\":\"gateway\",\"status\":403,"
	    "\"reason\":\"not_sent\","
	    "\"title\":\"A client certificate is required\","
	    "\"detail\":\"The connection asked for a client certificate and "
	    "none was sent.\",\"close\":true},"
	    "\"never_asked\":{\"from\":\"gateway\",\"status\":500,"
	    "\"reason\":\"late\",\"cause\":\"reloaded\",\"code\":50,"
	    "\"hresult\":\"0x80070032\","
	    "\"title\":\"The request is not supported\","
	    "\"detail\":\"This request needs a client certificate, and the "
	    "connection was made without asking for one.\"},"
	    "\"read\":[\"sni\",\"path\",\"certificate\",\"host\"],"
	    "\"headers\":[]}";
	json_t *wanted = json_loads(want, 0, NULL);
	json_t *story = explain(
	    (struct yett_explain_question){ .url = "https://A.test:8443//staff/"
						   "./x#part" },
	    NULL);
	json_t *step;
	size_t i;

	(void)state;
	assert_non_null(wanted);
	/* The folder is another one each time. */
	json_array_foreach(json_object_get(story, "steps"), i, step)
	{
		const char *file = text_of(step, "file");
		const char *name = strrchr(file, '/');

		if (name != NULL)
			json_object_set_new(step, "file",
			    json_string(name + 1));
		json_object_del(step, "column");
	}
	if (!json_equal(story, wanted))
		fail_msg("%s", json_dumps(story, 0));
	json_decref(story);
	json_decref(wanted);
}

/* A connection that the policy would not have made. */
static void
test_asked_otherwise(void **state)
{
	static const struct {
		const char *url;
		enum yett_explain_asked asked;
		const char *reason, *cause, *alert;
	} cases[] = {
		{ "https://a.test/staff", YETT_EXPLAIN_ASKED_NONE, "late",
		    "reloaded", "" },
		{ "https://a.test/staff", YETT_EXPLAIN_ASKED_REQUIRE, "", "",
		    "certificate_required" },
		{ "https://one.test/other", YETT_EXPLAIN_ASKED_REQUEST, "late",
		    "other_trust", "" },
		{ "https://one.test/", YETT_EXPLAIN_ASKED_NONE, "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *story =
		    explain((struct yett_explain_question){ .url = cases[i].url,
				.asked = cases[i].asked },
			NULL);
		const json_t *answer = json_object_get(story, "answer");

		assert_string_equal(text_of(answer, "reason"), cases[i].reason);
		assert_string_equal(text_of(answer, "cause"), cases[i].cause);
		assert_string_equal(text_of(answer, "alert"), cases[i].alert);
		if (cases[i].asked == YETT_EXPLAIN_ASKED_NONE)
			assert_null(json_object_get(story, "never_asked"));
		json_decref(story);
	}
}

static void
ignore(void *arg, const char *text, size_t len)
{
	(void)arg;
	(void)text;
	(void)len;
}

/* Questions that are none. */
static void
test_refused_questions(void **state)
{
	static const char *const lines[] = { "X: a\r\nY: b" };
	static const char *const colonless[] = { "no field" };
	static const struct {
		struct yett_explain_question question;
		const char *what;
	} cases[] = {
		{ { .url = NULL }, "a URL is needed" },
		{ { .url = "ftp://a.test/" }, "is no URL" },
		{ { .url = "a.test/x" }, "is no URL" },
		{ { .url = "https:///x" }, "names no host" },
		{ { .url = "https://u:p@a.test/" }, "names a user" },
		{ { .url = "https://a..test/" }, "is no host" },
		{ { .url = "https://a.test/",
		      .header = lines,
		      .header_count = 1 },
		    "is no header field" },
		{ { .url = "https://a.test/",
		      .header = colonless,
		      .header_count = 1 },
		    "is no header field" },
		{ { .url = "https://a.test/",
		      .hello = { .client_address = "here" } },
		    "here" },
		{ { .url = "https://a.test/",
		      .hello = { .server_name = "a b" } },
		    "is no server name" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		assert_int_equal(yett_policy_explain(policy, &cases[i].question,
				     YETT_FORMAT_TEXT, ignore, NULL, &fault),
		    YETT_E_ARGUMENT);
		if (strstr(fault.what, cases[i].what) == NULL)
			fail_msg("%s", fault.what);
	}
}

/* Whatever a request holds, the story is one object of valid UTF-8, and its
 * answer is the gateway's refusal. */
static void
test_malformed_requests(void **state)
{
	static const struct {
		const char *url, *method;
		json_int_t status;
	} cases[] = {
		{ "https://a.test/\xff\"\\\x01", NULL, 400 },
		{ "https://a.test/\xc0\xaf", NULL, 400 },
		{ "https://a.test/ x", NULL, 400 },
		{ "https://a.test/\r\n\r\n", NULL, 400 },
		{ "https://a.test/%2e%2e/%00", NULL, 400 },
		{ "https://a.test/", "CONNECT", 405 },
		{ "https://a.test/", "TRACE", 405 },
		{ "https://a.test/", "", 400 },
		{ "https://a.test/", "G\xc3\xa4T", 400 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *story =
		    explain((struct yett_explain_question){ .url = cases[i].url,
				.method = cases[i].method },
			NULL);
		const json_t *answer = json_object_get(story, "answer");

		if (json_integer_value(json_object_get(answer, "status")) !=
		    cases[i].status)
			fail_msg("%zu: %s", i, json_dumps(story, 0));
		assert_true(json_is_true(json_object_get(answer, "close")));
		json_decref(story);
	}
}

static void
test_files_that_are_none(void **state)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_explain_question question = {
		.url = "https://a.test/",
		.certificate = "/nowhere/x.pem",
	};
	char path[128];

	(void)state;
	assert_int_equal(yett_policy_explain(policy, &question,
			     YETT_FORMAT_TEXT, ignore, NULL, &fault),
	    YETT_E_NOT_FOUND);
	snprintf(path, sizeof(path), "%s/policy.lua", folder);
	question.certificate = path;
	fault = (struct yett_fault)YETT_FAULT_NONE;
	assert_int_equal(yett_policy_explain(policy, &question,
			     YETT_FORMAT_TEXT, ignore, NULL, &fault),
	    YETT_E_POLICY);
	assert_string_equal(fault.where, path);
}

/* The question without words comes to the same: who was not asked has no way
 * to show a certificate. */
static void
test_ask_request(void **state)
{
	struct yett_http_request request = {
		.hello = { .server_name = "a.test" },
		.target = "/staff",
		.certificate_trust = "staff",
	};
	struct yett_request_outcome outcome;

	(void)state;
	assert_int_equal(yett_policy_ask_request(policy, &request, &outcome,
			     NULL),
	    YETT_OK);
	assert_int_equal(outcome.status, 0);
	request.was_not_asked = 1;
	assert_int_equal(yett_policy_ask_request(policy, &request, &outcome,
			     NULL),
	    YETT_OK);
	assert_string_equal(outcome.reason, "late");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_certificates),
		cmocka_unit_test(test_a_whole_refusal),
		cmocka_unit_test(test_asked_otherwise),
		cmocka_unit_test(test_refused_questions),
		cmocka_unit_test(test_malformed_requests),
		cmocka_unit_test(test_files_that_are_none),
		cmocka_unit_test(test_ask_request),
	};

	return cmocka_run_group_tests(tests, open_world, close_world);
}
