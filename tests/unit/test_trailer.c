/* SPDX-License-Identifier: Apache-2.0 */
/* What stands behind a body: which of it goes on, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/trailer.h"

static void
test_what_may_pass(void **state)
{
	static const char *const passing[] = { "X-Checksum", "Digest",
		"Server-Timing", "grpc-status", "ETag", "Repr-Digest",
		"Signature", "X", "Contents" };
	static const char *const held[] = { "Content-Length", "content-type",
		"Content_Length", "Transfer-Encoding", "TRANSFER_ENCODING",
		"Host", "Connection", "TE", "Trailer", "Upgrade", "Expect",
		"Keep-Alive", "Proxy-Authorization", "proxy-foo",
		"Authorization", "Cookie", "Set-Cookie", "Cache_Control",
		"If-Match", "If-None-Match", "Range", "Max-Forwards", "Age",
		"Date", "Location", "Retry-After", "Vary", "Via", "Forwarded",
		"X-Forwarded-For", "X_Forwarded_Anything", "X-Real-IP",
		"Client-Cert", "client_cert", "Client-Cert-Chain",
		"X-ARR-ClientCert", "X-SSL-Client-Verify", "Ssl-Client-Cert",
		"X-Client-Cert", "X-Forwarded-Client-Cert",
		"X-HTTP-Method-Override", "WWW-Authenticate", "Origin",
		"Access-Control-Allow-Origin", "Sec-Fetch-Site" };

	(void)state;
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++) {
		struct yett_field field =
		    yett_field_of(yett_slice_of(passing[i]), YETT_LIT("x"));

		if (!yett_trailer_may_pass(&field))
			fail_msg("%s does not pass", passing[i]);
	}
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		struct yett_field field = yett_field_of(yett_slice_of(held[i]),
		    YETT_LIT("x"));

		if (yett_trailer_may_pass(&field))
			fail_msg("%s passes", held[i]);
	}
}

static void
test_written(void **state)
{
	static const struct {
		const char *section, *text;
	} cases[] = {
		{ "", "0\r\n\r\n" },
		{ "A:b\r\n", "0\r\nA: b\r\n\r\n" },
		{ "A: \t b c \t\r\nHost: x\r\nB:\r\n",
		    "0\r\nA: b c\r\nB: \r\n\r\n" },
		{ "A:b:c\r\n", "0\r\nA: b:c\r\n\r\n" },
		{ "Content-Length: 5\r\nClient-Cert: :AA==:\r\n", "0\r\n\r\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_buf out = { 0 };

		assert_int_equal(yett_trailer_write(&out,
				     yett_slice_of(cases[i].section)),
		    YETT_OK);
		assert_true(yett_slice_eq(yett_buf_slice(&out),
		    yett_slice_of(cases[i].text)));
		yett_buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_may_pass),
		cmocka_unit_test(test_written),
	};

	return cmocka_run_group_tests_name("trailer", tests, NULL, NULL);
}
