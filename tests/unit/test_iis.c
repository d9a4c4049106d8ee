/* SPDX-License-Identifier: Apache-2.0 */
/* iis: what an imported policy decides is what its report says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/slice.h"
#include "script/iis.h"
#include "yett_tools.h"

/* Import the files of tests/import/FOLDER and load what comes out. */
static struct yett_policy *
import(const char *folder, const char *const names[])
{
	const char *top = getenv("TOP_SRCDIR");
	struct yett_import_file files[YETT_IMPORT_FILES] = { { 0 } };
	struct yett_import request = { .files = files };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf policy = { 0 }, parity = { 0 };
	char paths[4][512], made[] = "/tmp/test_iis.XXXXXX";
	struct yett_policy *loaded;
	struct yett_slice text;
	int fd = mkstemp(made);

	for (; names[request.file_count] != NULL; request.file_count++) {
		snprintf(paths[request.file_count], sizeof(paths[0]),
		    "%s/tests/import/%s/%s", top == NULL ? "." : top, folder,
		    names[request.file_count]);
		files[request.file_count].path = paths[request.file_count];
	}
	if (yett_iis_import(&request, &policy, &parity, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	text = yett_buf_slice(&policy);
	assert_true(write(fd, text.at, text.len) == (ssize_t)text.len);
	close(fd);
	if (yett_policy_load(&loaded, made, NULL, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	unlink(made);
	yett_buf_clear(&policy);
	yett_buf_clear(&parity);
	return loaded;
}

static void
must_ask(struct yett_policy *policy, const char *name,
    enum yett_handshake_need need)
{
	const struct yett_client_hello hello = { .server_name = name };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_handshake_outcome outcome;

	assert_int_equal(yett_policy_ask_hello(policy, &hello, &outcome,
			     &fault),
	    YETT_OK);
	assert_int_equal(outcome.need, need);
}

static void
must_answer(struct yett_policy *policy, const char *name, const char *target,
    unsigned status, const char *reason)
{
	const struct yett_http_request request = {
		.hello = { .server_name = name },
		.target = target,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_request_outcome outcome;

	assert_int_equal(yett_policy_ask_request(policy, &request, &outcome,
			     &fault),
	    YETT_OK);
	if (outcome.status != status || strcmp(outcome.reason, reason) != 0)
		fail_msg("%s: %u %s", target, outcome.status, outcome.reason);
}

static void
test_a_binding_that_does_not_negotiate_is_late(void **state)
{
	static const char name[] = "www.contoso.example";
	static const char *const files[] = { "applicationHost.config",
		"sslcert.txt", NULL };
	struct yett_policy *policy = import("path-behind-sni", files);

	(void)state;
	must_ask(policy, name, YETT_HANDSHAKE_NEED_NONE);
	must_answer(policy, name, "/", 0, "");
	must_answer(policy, name, "/profile", 0, "");
	must_answer(policy, name, "/secure/x", 500, "late");
	must_answer(policy, name, "/SeCure", 500, "late");
	must_answer(policy, name, "/secured", 0, "");
	yett_policy_free(policy);
}

static void
test_a_binding_that_negotiates_asks_first(void **state)
{
	static const char *const files[] = { "sslcert.txt",
		"applicationHost.config", NULL };
	struct yett_policy *policy = import("binding-negotiates", files);

	(void)state;
	must_ask(policy, NULL, YETT_HANDSHAKE_NEED_REQUEST);
	must_answer(policy, NULL, "/", 0, "");
	must_answer(policy, NULL, "/pksecure", 403, "not_sent");
	yett_policy_free(policy);
}

static void
test_without_tls13_the_handshake_asks_instead(void **state)
{
	static const char *const files[] = { "applicationHost.config",
		"sslcert.txt", NULL };
	struct yett_policy *policy = import("tls13-off", files);

	(void)state;
	must_ask(policy, "legacy.example", YETT_HANDSHAKE_NEED_REQUEST);
	must_answer(policy, "legacy.example", "/card", 403, "not_sent");
	yett_policy_free(policy);
}

static void
test_a_child_replaces_the_whole_value(void **state)
{
	static const char name[] = "n.example";
	static const char *const files[] = { "applicationHost.config", NULL };
	struct yett_policy *policy = import("flags-as-numbers", files);

	(void)state;
	must_answer(policy, name, "/a", 0, "");
	must_answer(policy, name, "/b/x", 500, "late");
	must_answer(policy, name, "/c", 500, "late");
	must_answer(policy, name, "/d", 500, "late");
	must_answer(policy, name, "/e", 500, "late");
	must_answer(policy, name, "/f", 0, "");
	yett_policy_free(policy);
}

static void
test_an_import_takes_so_many_files(void **state)
{
	struct yett_import request = { .file_count = YETT_IMPORT_FILES + 1 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf policy = { 0 }, parity = { 0 };

	(void)state;
	assert_int_equal(yett_iis_import(&request, &policy, &parity, &fault),
	    YETT_E_ARGUMENT);
	assert_string_equal(fault.what, "an import takes 1 to 32 files");
	request.file_count = 0;
	assert_int_equal(yett_iis_import(&request, &policy, &parity, NULL),
	    YETT_E_ARGUMENT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_a_binding_that_does_not_negotiate_is_late),
		cmocka_unit_test(test_a_binding_that_negotiates_asks_first),
		cmocka_unit_test(test_without_tls13_the_handshake_asks_instead),
		cmocka_unit_test(test_a_child_replaces_the_whole_value),
		cmocka_unit_test(test_an_import_takes_so_many_files),
	};

	return cmocka_run_group_tests_name("iis", tests, NULL, NULL);
}
