/* SPDX-License-Identifier: Apache-2.0 */
/* What functions of a policy see, and for how long. */
#include "unit/instance_play.h"

#include <lualib.h>

#include "script/vm.h"

/* Functions that check what they see; any failed assertion is an ERROR. */
static void
test_views(void **state)
{
	static const struct {
		const char *above, *text;
		uint32_t read;
	} cases[] = {
		{ "", REQUEST("assert(req.sni == 'x.example')"),
		    YETT_FACT_SNI },
		{ "", REQUEST("assert(req.sni:label(1) == 'x')"),
		    YETT_FACT_SNI },
		{ "", REQUEST("assert(req.path:under '/b')"), YETT_FACT_PATH },
		{ "", REQUEST("assert(req.query == nil)"), YETT_FACT_QUERY },
		{ "", REQUEST("assert(req.host == 'x.example')"),
		    YETT_FACT_HOST },
		{ "", REQUEST("assert(req.method == 'GET')"),
		    YETT_FACT_METHOD },
		{ "", REQUEST("assert(req.version == '1.3')"),
		    YETT_FACT_VERSION },
		{ "", REQUEST("assert(req.client_ip == '192.0.2.7')"),
		    YETT_FACT_CLIENT_IP },
		{ "local net = cidr { '192.0.2.0/24', '2001:db8::/32' }",
		    REQUEST("assert(net:contains(req.client_ip))"),
		    YETT_FACT_CLIENT_IP },
		{ "local names = set { 'x.example' }",
		    REQUEST("assert(names:contains(req.sni))"), YETT_FACT_SNI },
		{ "local names = set { 'y.example' }",
		    REQUEST("assert(not names:contains(req.sni))"),
		    YETT_FACT_SNI },
		{ "", REQUEST("assert(req.alpn[1] == 'h2' and #req.alpn == 2)"),
		    YETT_FACT_ALPN },
		{ "", REQUEST("assert(req.headers['x-device'] == '7')"),
		    YETT_FACT_HEADER },
		{ "", REQUEST("assert(req.headers['Accept'] == 'a, b')"),
		    YETT_FACT_HEADER },
		{ "", REQUEST("assert(req.headers['cookie'] == nil)"),
		    YETT_FACT_HEADER },
		/* Sent, but the gateway's to set: no fact. */
		{ "", REQUEST("assert(not req.headers['x_ssl-client-verify'])"),
		    0 },
		{ "", REQUEST("assert(not req.headers['X-Forwarded-For'])"),
		    0 },
		{ "",
		    REQUEST("local c = req.certificate "
			    "assert(c.subject == 'CN=Ada' and "
			    "c.dns[1] == 'ada.staff.example' and "
			    "c.serial == '0a' and c.not_after == 2)"),
		    YETT_FACT_CERTIFICATE | YETT_FACT_IDENTITY },
		{ "",
		    REQUEST("local c = req.certificate "
			    "assert(c:dns_matches '*.staff.example')"),
		    YETT_FACT_CERTIFICATE | YETT_FACT_IDENTITY },
		{ "",
		    REQUEST("local c = req.certificate assert("
			    "c:spiffe_matches 'spiffe://acme.example/*')"),
		    YETT_FACT_CERTIFICATE | YETT_FACT_IDENTITY },
		{ "",
		    REQUEST("local c = req.certificate assert(not "
			    "c:spiffe_matches 'spiffe://evil.example/*')"),
		    YETT_FACT_CERTIFICATE | YETT_FACT_IDENTITY },
		{ "",
		    REQUEST("local c = req.certificate "
			    "assert(not c:email_matches '*@x')"),
		    YETT_FACT_CERTIFICATE | YETT_FACT_IDENTITY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct play play;
		uint32_t read;

		open_play(&play, cases[i].above, cases[i].text);
		if (ask_request(&play, true, &read).verdict !=
		    YETT_REQUEST_DECLARED)
			fail_msg("%s: %s", cases[i].text,
			    yett_instance_error(play.instance));
		assert_int_equal(read, cases[i].read);
		close_play(&play);
	}
}

static void
test_hello_view(void **state)
{
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "",
	    HELLO("assert(hello.sni == 'x.example' and "
		  "hello:offers_alpn 'h2' and not hello:offers_alpn 'h3' and "
		  "hello.version == '1.3' and hello.client_port == 4711 and "
		  "not hello.offers_post_handshake_auth)"));
	assert_int_equal(ask_hello(&play, &read).verdict, YETT_HELLO_DECLARED);
	assert_int_equal(read,
	    YETT_FACT_SNI | YETT_FACT_ALPN | YETT_FACT_VERSION |
		YETT_FACT_CLIENT_IP);
	close_play(&play);
}

/* A certificate that verified for no trust of the path is not shown. */
static void
test_unverified_is_not_shown(void **state)
{
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "", REQUEST("assert(req.certificate == nil)"));
	assert_int_equal(ask_request(&play, false, &read).verdict,
	    YETT_REQUEST_DECLARED);
	assert_int_equal(ask_request(&play, true, &read).verdict,
	    YETT_REQUEST_ERROR);
	close_play(&play);
}

/* What a script kept of a call is an error afterwards, not freed memory. */
static void
test_views_end_with_their_call(void **state)
{
	struct play play;
	uint32_t read;

	(void)state;
	open_play(&play, "local kept = {}",
	    "request = function(req) kept.req, kept.h = req, req.headers "
	    "kept.c = req.certificate end, "
	    "client_hello = function(hello) local k = kept.what or 'req' "
	    "kept.what = k == 'req' and 'h' or 'c' "
	    "local v = kept[k] if v then return v.sni end end");
	assert_int_equal(ask_hello(&play, &read).verdict, YETT_HELLO_DECLARED);
	assert_int_equal(ask_request(&play, true, &read).verdict,
	    YETT_REQUEST_DECLARED);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask_hello(&play, &read).verdict,
		    YETT_HELLO_ERROR);
		assert_non_null(strstr(yett_instance_error(play.instance),
		    "a request was used after its function returned"));
	}
	close_play(&play);
}

/* A client cannot make the state be replaced by sending something long. */
static void
test_long_values_raise(void **state)
{
	static char longer[YETT_VM_STRING + 1];
	struct yett_request asked = request;
	struct yett_request_said said;
	struct play play;
	uint32_t read = 0;
	const struct yett_functions *functions;

	(void)state;
	memset(longer, 'x', sizeof(longer));
	asked.query = (struct yett_slice){ longer, sizeof(longer) };
	open_play(&play, "", REQUEST("return req.query and deny {}"));
	functions = yett_instance_functions(play.instance);
	for (int i = 0; i < 2; i++) {
		functions->request(functions->arg, play.site,
		    &play.site->fallback, &asked, false, &said, &read);
		assert_int_equal(said.verdict, YETT_REQUEST_ERROR);
	}
	close_play(&play);
}

/* --- what is checked and what is there are the same ----------------------- */

/* A list of { role, text }: each fact and method that
 * lua/yett/language/schema.lua knows of `above`, as an expression. */
static const char all_facts[] =
    "local schema = require 'yett.language.schema'\n"
    "local out = {}\n"
    "local function add(role, object, facts)\n"
    "  for name, fact in pairs(facts.fields) do\n"
    "    out[#out + 1] = { role, 'local x = ' .. object .. '.' .. name }\n"
    "    if type(fact) == 'table' and next(fact.fields) then\n"
    "      add(role, object .. '.' .. name, fact)\n"
    "    end\n"
    "    if type(fact) == 'table' and fact.form ~= 'certificate' then\n"
    "      for method in pairs(fact.methods) do\n"
    "        out[#out + 1] = { role, 'assert(string.' .. method .. ')' }\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  for name in pairs(facts.methods) do\n"
    "    out[#out + 1] = { role, 'assert(' .. object .. ':' .. name .. ' \"*\" "
    "~= nil)' }\n"
    "  end\n"
    "end\n"
    "add('client_hello', 'hello', schema.facts.client_hello)\n"
    "add('request', 'req', schema.facts.request)\n"
    "return out\n";

static lua_State *
open_facts(void)
{
	const char *top = getenv("TOP_SRCDIR");
	lua_State *L = luaL_newstate();

	assert_non_null(L);
	luaL_openlibs(L);
	lua_pushfstring(L, "package.path = '%s/lua/?.lua'",
	    top != NULL ? top : ".");
	if (luaL_dostring(L, lua_tostring(L, -1)) != LUA_OK ||
	    luaL_dostring(L, all_facts) != LUA_OK)
		fail_msg("%s", lua_tostring(L, -1));
	return L;
}

static void
read_fact(bool is_hello, const char *text)
{
	struct play play;
	char field[300];
	uint32_t read;
	bool fine;

	snprintf(field, sizeof(field), "%s = function(%s) %s end",
	    is_hello ? "client_hello" : "request", is_hello ? "hello" : "req",
	    text);
	open_play(&play, "", field);
	fine = is_hello
	    ? ask_hello(&play, &read).verdict == YETT_HELLO_DECLARED
	    : ask_request(&play, true, &read).verdict == YETT_REQUEST_DECLARED;
	if (!fine)
		fail_msg("%s: %s", text, yett_instance_error(play.instance));
	close_play(&play);
}

static void
test_all_facts_are_there(void **state)
{
	lua_State *L = open_facts();
	lua_Unsigned count = lua_rawlen(L, -1);

	(void)state;
	assert_true(count > 30);
	for (lua_Unsigned i = 1; i <= count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i);
		lua_rawgeti(L, -1, 1);
		lua_rawgeti(L, -2, 2);
		read_fact(strcmp(lua_tostring(L, -2), "client_hello") == 0,
		    lua_tostring(L, -1));
		lua_pop(L, 3);
	}
	lua_close(L);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_views),
		cmocka_unit_test(test_hello_view),
		cmocka_unit_test(test_unverified_is_not_shown),
		cmocka_unit_test(test_views_end_with_their_call),
		cmocka_unit_test(test_long_values_raise),
		cmocka_unit_test(test_all_facts_are_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
