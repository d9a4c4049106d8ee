/* SPDX-License-Identifier: Apache-2.0 */
/* yett_export(): from a policy to JSON and back, nothing is lost: the JSON is
 * the same again, and so is every decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "tools/loaded_policy.h"
#include "yett_tools.h"

/* Everything that can be declared, with what is hard to quote. */
static const char everything[] =
    "gateway {\n"
    "  workers = 2,\n"
    "  limits = { head = \"16KiB\", body = 0, fields = 50 },\n"
    "  timeouts = { handshake = \"1500ms\", idle = \"2m\", drain = 0 },\n"
    "  log = { access = \"a \\\"b\\\".log\", format = \"w3c\" },\n"
    "}\n"
    "listen \"127.0.0.1:0\"\n"
    "listen { \"127.0.0.1:80\", redirect = \"https\" }\n"
    "listen { \"127.0.0.1:81\", redirect = { port = 443 } }\n"
    "listen { \"[::1]:8443\",\n"
    "  proxy_protocol = { from = { \"10.0.0.0/8\", \"::1\" } } }\n"
    "trust \"staff\" { ca = { \"a.pem\", \"b.pem\" }, crl = \"a.crl\",\n"
    "  depth = 0 }\n"
    "trust \"robots\" { ca = \"r.pem\", spiffe = \"plant.example\" }\n"
    "site \"portal.example\" {\n"
    "  key = { \"pki/p\", { cert = \"c.pem\", key = \"k.pem\" } },\n"
    "  upstream = { \"http://127.0.0.1:1\", \"unix:/run/a.sock\" },\n"
    "  trust = { \"staff\", \"robots\" }, case = \"insensitive\",\n"
    "  late = \"nginx\", why = \"line\\nand \\\\ \\\"quotes\\\"\\t\\127\",\n"
    "  path \"/\" { certificate = \"none\" },\n"
    "  path \"/Admin\" { certificate = \"require\", tell = true,\n"
    "    identity = { dns = \"*.staff.example\",\n"
    "      spiffe = \"spiffe://plant.example/*\" },\n"
    "    late = { status = 403, hresult = 0, close = true,\n"
    "      headers = { [\"Retry-After\"] = \"5\", [\"end\"] = \"1\" } } },\n"
    "  exact \"/card\" { certificate = \"request\", trust = \"robots\" },\n"
    "  glob \"/u/*/keys\" { certificate = \"require\", trust = \"staff\",\n"
    "    forward = { client_cert = \"none\", chain = false,\n"
    "      proxy_protocol = true } },\n"
    "}\n"
    "site \"*.api.example\" { key = \"k\", upstream = \"app:api\",\n"
    "  handshake = \"never\", late = { body = \"no\\n\" },\n"
    "  path \"/x\" { certificate = \"require\", trust = \"robots\",\n"
    "    share = percent(25, \"client_ip\"),\n"
    "    shadow = before \"2037-03-01T12:00:00Z\", late = { learn = \"90s\" "
    "},\n"
    "    forward = { client_cert = \"xfcc\", chain = true } },\n"
    "  path \"/y\" { certificate = \"require\", trust = \"robots\",\n"
    "    late = \"httpsys-reset\", forward = { client_cert = \"arr\" } },\n"
    "  path \"/z\" { certificate = \"require\", trust = \"robots\",\n"
    "    shadow = true, preflight = \"allow\",\n"
    "    encoded_slash = \"keep\", encoded_backslash = \"refuse\",\n"
    "    merge_slashes = false, keep_fields = \"X-HTTP-Method\",\n"
    "    late = { redirect = \"https://c.example/a{path}{query}\" },\n"
    "    forward = { client_cert = \"nginx\" } } }\n"
    "site \"*\" { key = \"any\", \n"
    "  upstream = { \"https://[::1]\", trust = { \"staff\", \"robots\" },\n"
    "    key = \"pki/gateway\", name = \"b.internal\" },\n"
    "  certificate = \"require\", trust = \"staff\" }\n";

static const char with_function[] =
    "listen \"127.0.0.1:0\"\n"
    "site \"a.example\" {\n"
    "  key = \"k\", upstream = \"http://127.0.0.1:1\",\n"
    "  request = function(req) return deny { status = 404 } end,\n"
    "}\n";

/* A folder of its own for the files of a test. */
struct scratch {
	char folder[64];
	char policy[96], json[96], again[96];
};

static void
write_text(const char *path, const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static int
open_scratch(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	if (scratch == NULL)
		return -1;
	snprintf(scratch->folder, sizeof(scratch->folder),
	    "/tmp/yett-export-XXXXXX");
	if (mkdtemp(scratch->folder) == NULL)
		return -1;
	snprintf(scratch->policy, sizeof(scratch->policy), "%s/policy.lua",
	    scratch->folder);
	snprintf(scratch->json, sizeof(scratch->json), "%s/policy.json",
	    scratch->folder);
	snprintf(scratch->again, sizeof(scratch->again), "%s/again.lua",
	    scratch->folder);
	*state = scratch;
	return 0;
}

static int
close_scratch(void **state)
{
	struct scratch *scratch = *state;

	unlink(scratch->policy);
	unlink(scratch->json);
	unlink(scratch->again);
	rmdir(scratch->folder);
	free(scratch);
	return 0;
}

static void
append(void *arg, const char *text, size_t len)
{
	const struct yett_slice piece = { text, len };

	assert_int_equal(yett_buf_append(arg, piece), YETT_OK);
}

static void export(const char *path, enum yett_export_form form,
    struct yett_buf *out)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status = yett_export(path, form, NULL, append, out,
	    &fault);

	if (status != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
}

static void
export_file(const char *from, enum yett_export_form form, const char *to)
{
	struct yett_buf text = { 0 };
	struct yett_slice all;

	export(from, form, &text);
	all = yett_buf_slice(&text);
	write_text(to, all.at, all.len);
	yett_buf_clear(&text);
}

/* --- the same decisions -------------------------------------------------- */

static struct yett_policy *
load(const char *path)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_policy *policy;

	if (yett_policy_load(&policy, path, NULL, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	return policy;
}

/* A rule without the place that it stands at. */
static void
cut_place(char *rule)
{
	char *place = strrchr(rule, '(');

	if (place != NULL)
		*place = '\0';
}

static void
decide(struct yett_policy *policy, const char *name, const char *target,
    const char *trust, struct yett_handshake_outcome *hello,
    struct yett_request_outcome *request)
{
	struct yett_http_request asked = { .target = target,
		.hello = { .server_name = name },
		.certificate_trust = trust,
		.certificate_subject = "CN=Ada" };
	struct yett_fault fault = YETT_FAULT_NONE;

	if (yett_policy_ask_hello(policy, &asked.hello, hello, &fault) !=
		YETT_OK ||
	    yett_policy_ask_request(policy, &asked, request, &fault) != YETT_OK)
		fail_msg("%s", fault.what);
	cut_place(hello->because);
	cut_place(request->rule);
}

static void
compare(struct yett_policy *one, struct yett_policy *other, const char *name,
    const char *target)
{
	static const char *const trusts[] = { NULL, "staff", "robots", "none" };
	struct yett_handshake_outcome hello[2];
	struct yett_request_outcome request[2];

	for (size_t i = 0; i < sizeof(trusts) / sizeof(trusts[0]); i++) {
		decide(one, name, target, trusts[i], &hello[0], &request[0]);
		decide(other, name, target, trusts[i], &hello[1], &request[1]);
		assert_int_equal(hello[0].need, hello[1].need);
		assert_string_equal(hello[0].site, hello[1].site);
		assert_string_equal(hello[0].because, hello[1].because);
		assert_int_equal(request[0].status, request[1].status);
		assert_string_equal(request[0].reason, request[1].reason);
		assert_string_equal(request[0].cause, request[1].cause);
		assert_string_equal(request[0].rule, request[1].rule);
		assert_string_equal(request[0].why, request[1].why);
	}
}

static void
decisions_stay(void **state)
{
	static const char *const names[] = { "portal.example", "a.api.example",
		"other.example" };
	static const char *const targets[] = { "/", "/admin", "/Admin/x",
		"/card", "/card/x", "/u/ada/keys", "/u/ada/keys/1", "/u/ada",
		"/x", "/xy" };
	const struct scratch *scratch = *state;
	struct yett_policy *one, *other;

	write_text(scratch->policy, everything, sizeof(everything) - 1);
	export_file(scratch->policy, YETT_EXPORT_JSON, scratch->json);
	export_file(scratch->json, YETT_EXPORT_LUA, scratch->again);
	one = load(scratch->policy);
	other = load(scratch->again);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (size_t j = 0; j < sizeof(targets) / sizeof(targets[0]);
		     j++)
			compare(one, other, names[i], targets[j]);
	yett_policy_free(one);
	yett_policy_free(other);
}

static void
json_is_the_same_again(void **state)
{
	const struct scratch *scratch = *state;
	struct yett_buf first = { 0 }, second = { 0 };

	write_text(scratch->policy, everything, sizeof(everything) - 1);
	export(scratch->policy, YETT_EXPORT_JSON, &first);
	export_file(scratch->policy, YETT_EXPORT_JSON, scratch->json);
	export_file(scratch->json, YETT_EXPORT_LUA, scratch->again);
	export(scratch->again, YETT_EXPORT_JSON, &second);
	assert_true(
	    yett_slice_eq(yett_buf_slice(&first), yett_buf_slice(&second)));
	yett_buf_clear(&first);
	yett_buf_clear(&second);
}

/* --- what is no data ----------------------------------------------------- */

static void
functions_are_named_only(void **state)
{
	const struct scratch *scratch = *state;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_buf out = { 0 };

	write_text(scratch->policy, with_function, sizeof(with_function) - 1);
	export(scratch->policy, YETT_EXPORT_JSON, &out);
	assert_int_equal(yett_buf_append(&out, (struct yett_slice){ "", 1 }),
	    YETT_OK);
	assert_non_null(strstr(yett_buf_slice(&out).at, "policy.lua:4\""));
	yett_buf_clear(&out);

	export_file(scratch->policy, YETT_EXPORT_JSON, scratch->json);
	assert_int_equal(yett_export(scratch->json, YETT_EXPORT_LUA, NULL,
			     append, &out, &fault),
	    YETT_E_POLICY);
	assert_string_equal(fault.what,
	    "site \"a.example\" has a request function, which is no data: "
	    "keep the policy in Lua");
	assert_int_equal(yett_buf_len(&out), 0);
}

static void
what_is_no_policy_is_refused(void **state)
{
	static const struct {
		const char *json, *what;
	} cases[] = {
		{ "7", "not JSON" },
		{ "[]", "the policy has no site" },
		{ "{ \"sites\": [] }",
		    "unknown member \"sites\"; did you mean \"site\"?" },
		{ "{ \"site\": [ { \"key\": [] } ] }", "a site has no name" },
		{ "{ \"site\": [ 7 ] }", "a site has no name" },
		{ "{ \"site\": 7 }", "\"site\" has the wrong type" },
		{ "{ \"site\": [ { \"name\": \"a.b\", \"rules\": [ {} ] } ] }",
		    "site \"a.b\" has a rule without path, exact or glob" },
		{ "{ \"listen\": [ \"x\\\" os.exit() --\" ] }",
		    "\"x\" os.exit() --\"" },
		{ "{ \"gateway\": { \"x = 1 } os.exit() --\": 1 } }",
		    "unknown field 'x = 1 } os.exit() --' in gateway" },
	};
	const struct scratch *scratch = *state;
	struct yett_buf out = { 0 };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		write_text(scratch->json, cases[i].json, strlen(cases[i].json));
		assert_int_equal(yett_export(scratch->json, YETT_EXPORT_LUA,
				     NULL, append, &out, &fault),
		    YETT_E_POLICY);
		if (strstr(fault.what, cases[i].what) == NULL)
			fail_msg("%s: %s", cases[i].json, fault.what);
	}
	assert_int_equal(yett_buf_len(&out), 0);
}

static void
paths_belong_to_policies(void **state)
{
	struct yett_buf out = { 0 };

	(void)state;
	assert_int_equal(yett_export(NULL, YETT_EXPORT_JSON, NULL, append, &out,
			     NULL),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_export("x", YETT_EXPORT_SCHEMA, NULL, append,
			     &out, NULL),
	    YETT_E_ARGUMENT);
	assert_int_equal(yett_export("/nowhere/x.lua", YETT_EXPORT_JSON, NULL,
			     append, &out, NULL),
	    YETT_E_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(decisions_stay, open_scratch,
		    close_scratch),
		cmocka_unit_test_setup_teardown(json_is_the_same_again,
		    open_scratch, close_scratch),
		cmocka_unit_test_setup_teardown(functions_are_named_only,
		    open_scratch, close_scratch),
		cmocka_unit_test_setup_teardown(what_is_no_policy_is_refused,
		    open_scratch, close_scratch),
		cmocka_unit_test(paths_belong_to_policies),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
