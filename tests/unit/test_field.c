/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/date.h"
#include "http/field.h"
#include "http/method.h"

static void
test_names_are_known_without_case(void **state)
{
	static const struct {
		const char *name;
		enum yett_field_id id;
	} cases[] = {
		{ "Host", YETT_FIELD_HOST },
		{ "host", YETT_FIELD_HOST },
		{ "hOsT", YETT_FIELD_HOST },
		{ "Hosts", YETT_FIELD_OTHER },
		{ "Hos", YETT_FIELD_OTHER },
		{ "", YETT_FIELD_OTHER },
		{ "TE", YETT_FIELD_TE },
		{ "Via", YETT_FIELD_VIA },
		{ "Date", YETT_FIELD_DATE },
		{ "Accept", YETT_FIELD_ACCEPT },
		{ "Origin", YETT_FIELD_ORIGIN },
		{ "Expect", YETT_FIELD_EXPECT },
		{ "Server", YETT_FIELD_SERVER },
		{ "Trailer", YETT_FIELD_TRAILER },
		{ "Upgrade", YETT_FIELD_UPGRADE },
		{ "Location", YETT_FIELD_LOCATION },
		{ "Authorization", YETT_FIELD_AUTHORIZATION },
		{ "WWW-Authenticate", YETT_FIELD_WWW_AUTHENTICATE },
		{ "www_authenticate", YETT_FIELD_OTHER },
		{ "Forwarded", YETT_FIELD_FORWARDED },
		{ "X-Real-IP", YETT_FIELD_X_REAL_IP },
		{ "Yett-Decision", YETT_FIELD_YETT },
		{ "yett_error", YETT_FIELD_YETT },
		{ "Yett", YETT_FIELD_OTHER },
		{ "CONNECTION", YETT_FIELD_CONNECTION },
		{ "Keep-Alive", YETT_FIELD_KEEP_ALIVE },
		{ "Client-Cert", YETT_FIELD_CLIENT_CERT },
		{ "Content-Type", YETT_FIELD_CONTENT_TYPE },
		{ "Content-Length", YETT_FIELD_CONTENT_LENGTH },
		{ "HTTP2-Settings", YETT_FIELD_HTTP2_SETTINGS },
		{ "X-Forwarded-For", YETT_FIELD_X_FORWARDED_FOR },
		{ "X-Forwarded-Host", YETT_FIELD_X_FORWARDED_HOST },
		{ "X-Forwarded-Port", YETT_FIELD_X_FORWARDED_PORT },
		{ "X-Forwarded-Proto", YETT_FIELD_X_FORWARDED_PROTO },
		{ "X-Original-URL", YETT_FIELD_OVERRIDE },
		{ "x_rewrite_url", YETT_FIELD_OVERRIDE },
		{ "X-HTTP-Method-Override", YETT_FIELD_OVERRIDE },
		{ "X-HTTP-Method_Override", YETT_FIELD_OVERRIDE },
		{ "X-Host", YETT_FIELD_OVERRIDE },
		{ "X-Hosts", YETT_FIELD_OTHER },
		{ "X-Original-URLs", YETT_FIELD_OTHER },
		{ "X-Original", YETT_FIELD_OTHER },
		{ "X-Forwarded-Prefix", YETT_FIELD_X_FORWARDED },
		{ "X-Forwarded-", YETT_FIELD_X_FORWARDED },
		{ "X-Forwarded", YETT_FIELD_OTHER },
		{ "Proxy-Connection", YETT_FIELD_PROXY_CONNECTION },
		{ "Transfer-Encoding", YETT_FIELD_TRANSFER_ENCODING },
		{ "Client-Cert-Chain", YETT_FIELD_CLIENT_CERT_CHAIN },
		{ "Proxy-Authenticate", YETT_FIELD_PROXY_AUTHENTICATE },
		{ "Proxy-Authorization", YETT_FIELD_PROXY_AUTHORIZATION },
		{ "Access-Control-Request-Method",
		    YETT_FIELD_ACCESS_CONTROL_REQUEST_METHOD },
		{ "Access-Control-Request-Methods", YETT_FIELD_OTHER },
		{ "User-Agent", YETT_FIELD_OTHER },
		{ "X", YETT_FIELD_OTHER },
		{ "x-real_ip", YETT_FIELD_X_REAL_IP },
		/* only what is removed or refused is met with `_` */
		{ "Content_Type", YETT_FIELD_OTHER },
		{ "access_control-request-method", YETT_FIELD_OTHER },
		{ "Content_Length", YETT_FIELD_CONTENT_LENGTH },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (yett_field_id(yett_slice_of(cases[i].name)) != cases[i].id)
			fail_msg("%s", cases[i].name);
}

static void
test_i11_identity_in_every_spelling(void **state)
{
	static const char *const names[] = {
		"client-cert",
		"Client-Cert",
		"CLIENT_CERT",
		"client_Cert-Chain",
		"Client-Cert_Chain",
		"X-Forwarded-Client-Cert",
		"x_forwarded_client_cert",
		"X-Forwarded-Tls-Client-Cert",
		"x_forwarded-tls_client-cert-info",
		"X-ARR-ClientCert",
		"x_arr_clientcert",
		"X-Client-Cert",
		"x_client_cert",
		"X-Client-Cert-Chain",
		"SSL-Client-Cert",
		"ssl_client_s_dn",
		"Ssl_Client-Verify",
		"X-SSL-Client-DN",
		"x_ssl_client_verify",
		"X-SSL-Cert",
		"x_ssl_issuer",
	};
	static const char *const others[] = { "clientcert", "client-certs",
		"x-arr-clientcert2", "ssl-clients", "sslclient-cert",
		"x-sslclient-dn", "host", "cookie", "ssl-client" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!yett_field_is_identity(
			yett_field_id(yett_slice_of(names[i]))))
			fail_msg("%s is not seen", names[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (yett_field_is_identity(
			yett_field_id(yett_slice_of(others[i]))))
			fail_msg("%s is none", others[i]);
}

static void
test_kinds_of_fields(void **state)
{
	(void)state;
	for (int id = 0; id < YETT_FIELD_IDS; id++) {
		enum yett_field_id one = (enum yett_field_id)id;

		assert_true(yett_field_is_hop_by_hop(one) +
			yett_field_is_identity(one) +
			yett_field_is_forwarding(one) <=
		    1);
	}
	assert_true(yett_field_is_hop_by_hop(YETT_FIELD_CONNECTION));
	assert_true(yett_field_is_hop_by_hop(YETT_FIELD_TRANSFER_ENCODING));
	assert_true(yett_field_is_hop_by_hop(YETT_FIELD_HTTP2_SETTINGS));
	assert_false(yett_field_is_hop_by_hop(YETT_FIELD_CONTENT_LENGTH));
	assert_false(yett_field_is_hop_by_hop(YETT_FIELD_OTHER));
	assert_true(yett_field_is_forwarding(YETT_FIELD_FORWARDED));
	assert_false(yett_field_is_forwarding(YETT_FIELD_VIA));
}

static void
test_lists(void **state)
{
	static const struct {
		const char *list, *joined;
	} cases[] = {
		{ "", "" },
		{ ",", "" },
		{ " , ,\t,", "" },
		{ "a", "a|" },
		{ "a,b", "a|b|" },
		{ " a ,, b\t", "a|b|" },
		{ "a b , c", "a b|c|" },
		{ "\"a,b\",c", "\"a,b\"|c|" },
		{ "\"a\\\",b\", c", "\"a\\\",b\"|c|" },
		{ "\"open, c", "\"open, c|" },
		{ "\"end\\", "\"end\\|" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_slice rest = yett_slice_of(cases[i].list), one;
		char joined[64] = "";

		while (yett_list_next(&rest, &one)) {
			strncat(joined, one.at, one.len);
			strcat(joined, "|");
		}
		assert_string_equal(joined, cases[i].joined);
	}
	assert_true(yett_list_has(YETT_LIT("a, ChunkED"), YETT_LIT("chunked")));
	assert_false(yett_list_has(YETT_LIT("achunked"), YETT_LIT("chunked")));
}

static void
test_the_first_of_its_kind(void **state)
{
	const struct yett_field field[] = {
		yett_field_of(YETT_LIT("Cookie"), YETT_LIT("1")),
		yett_field_of(YETT_LIT("Host"), YETT_LIT("a.test")),
		yett_field_of(YETT_LIT("Host"), YETT_LIT("b.test")),
	};

	(void)state;
	assert_ptr_equal(yett_field_find(field, 3, YETT_FIELD_HOST), &field[1]);
	assert_null(yett_field_find(field, 3, YETT_FIELD_DATE));
}

static void
test_tokens_and_values(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		const char one = (char)c;
		const char nine[] = { 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h',
			one };
		const struct yett_slice text = { nine, sizeof(nine) };
		bool token = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') ||
		    (c != 0 && strchr("!#$%&'*+-.^_`|~", c) != NULL);
		bool value = c == '\t' || (c >= 0x20 && c != 0x7f);

		assert_int_equal(yett_is_token((struct yett_slice){ &one, 1 }),
		    token);
		assert_int_equal(yett_is_field_value(text), value);
		assert_int_equal(yett_is_field_value(
				     (struct yett_slice){ nine + 1, 8 }),
		    value);
	}
	assert_false(yett_is_token(YETT_LIT("")));
	assert_true(yett_is_field_value(YETT_LIT("")));
}

static void
test_methods(void **state)
{
	(void)state;
	assert_int_equal(yett_method_parse(YETT_LIT("GET")), YETT_METHOD_GET);
	assert_int_equal(yett_method_parse(YETT_LIT("TRACE")),
	    YETT_METHOD_TRACE);
	assert_int_equal(yett_method_parse(YETT_LIT("get")), YETT_METHOD_OTHER);
	assert_int_equal(yett_method_parse(YETT_LIT("")), YETT_METHOD_OTHER);
	assert_true(yett_method_is_idempotent(YETT_METHOD_DELETE));
	assert_false(yett_method_is_idempotent(YETT_METHOD_POST));
	assert_false(yett_method_is_idempotent(YETT_METHOD_OTHER));
}

static void
test_dates(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} cases[] = {
		{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
		{ 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
		{ 951782399, "Mon, 28 Feb 2000 23:59:59 GMT" },
		{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
		{ 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char out[YETT_DATE_LEN];
		struct yett_slice date = yett_date_write(out, cases[i].seconds);

		assert_true(yett_slice_eq(date, yett_slice_of(cases[i].text)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_are_known_without_case),
		cmocka_unit_test(test_i11_identity_in_every_spelling),
		cmocka_unit_test(test_kinds_of_fields),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_the_first_of_its_kind),
		cmocka_unit_test(test_tokens_and_values),
		cmocka_unit_test(test_methods),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
