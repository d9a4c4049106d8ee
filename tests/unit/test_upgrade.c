/* SPDX-License-Identifier: Apache-2.0 */
/* Which protocols may be switched to, and when a 101 is what was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/upgrade.h"

static void
test_protocols(void **state)
{
	static const struct {
		const char *text;
		bool is_protocol, is_opaque;
	} cases[] = {
		{ "websocket", true, false },
		{ "other/2.0", true, false },
		{ "h2c", true, true },
		{ "H2C", true, true },
		{ "h2c/1", true, true },
		{ "h2", true, true },
		{ "HTTP/2.0", true, true },
		{ "TLS/1.2", true, true },
		{ "h2c-14", true, true },
		{ "H2-17", true, true },
		{ "h2cc", true, false },
		{ "x-h2c", true, false },
		{ "", false, false },
		{ "/1", false, false },
		{ "a/", false, false },
		{ "a/1/2", false, false },
		{ "a b", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_slice text = yett_slice_of(cases[i].text);

		if (yett_upgrade_is_protocol(text) != cases[i].is_protocol ||
		    yett_upgrade_is_opaque(text) != cases[i].is_opaque)
			fail_msg("\"%s\" is taken for something else",
			    cases[i].text);
	}
}

static void
test_offers(void **state)
{
	static const struct {
		const char *fields, *offer;
		bool is_offered;
	} cases[] = {
		{ "Connection: Upgrade\r\nUpgrade: websocket\r\n", "websocket",
		    true },
		{ "Connection: upgrade\r\nUpgrade: WebSocket\r\n",
		    "other/2, websocket", true },
		{ "Connection: Upgrade\r\nUpgrade: other/2\r\n", "other/2",
		    true },
		{ "Connection: Upgrade\r\nUpgrade: other/2\r\n", "other",
		    false },
		{ "Connection: Upgrade\r\nUpgrade: h2c, websocket\r\n",
		    "websocket", false },
		{ "Connection: Upgrade\r\nUpgrade: websocket\r\n", "", false },
		{ "Connection: Upgrade\r\nUpgrade:\r\n", "websocket", false },
		{ "Connection: Upgrade\r\n", "websocket", false },
		{ "Upgrade: websocket\r\n", "websocket", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_field field[4];
		struct yett_refusal refusal;
		struct yett_buf bytes = { 0 };
		struct yett_head head;
		size_t scanned = 0;

		assert_int_equal(yett_buf_printf(&bytes,
				     "HTTP/1.1 101 Switching Protocols\r\n"
				     "%s\r\n",
				     cases[i].fields),
		    YETT_OK);
		yett_head_init(&head, field, 4);
		assert_int_equal(yett_head_parse_response(&head,
				     yett_buf_slice(&bytes), &scanned,
				     &YETT_HEAD_LIMITS_DEFAULT, YETT_METHOD_GET,
				     &refusal),
		    YETT_PARSE_DONE);
		if (yett_upgrade_is_offered(&head,
			yett_slice_of(cases[i].offer)) != cases[i].is_offered)
			fail_msg("%s with offer \"%s\"", cases[i].fields,
			    cases[i].offer);
		yett_buf_clear(&bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_offers),
	};

	return cmocka_run_group_tests_name("upgrade", tests, NULL, NULL);
}
