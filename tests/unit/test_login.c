/* SPDX-License-Identifier: Apache-2.0 */
/* Which fields say that a login belongs to the connection. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/login.h"

static void
test_schemes(void **state)
{
	static const struct {
		const char *name, *value, *scheme;
	} cases[] = {
		{ "Authorization", "NTLM TlRMTVNTUAAB", "NTLM" },
		{ "authorization", "ntlm", "NTLM" },
		{ "Authorization", "\tNeGoTiAtE YII=", "Negotiate" },
		{ "Authorization", "Kerberos x", "Kerberos" },
		{ "Authorization", "CredSSP x", "CredSSP" },
		{ "Proxy-Authorization", "NTLM x", "NTLM" },
		{ "WWW-Authenticate", "Negotiate", "Negotiate" },
		{ "Www-Authenticate", "Basic realm=\"a, b\",NTLM", "NTLM" },
		{ "WWW-Authenticate", "Basic realm=\"a, NTLM", "NTLM" },
		{ "WWW-Authenticate",
		    "Basic realm=x,\t, negotiate oRQ=", "Negotiate" },
		{ "Proxy-Authenticate", "NTLM", "NTLM" },
		/* of one request */
		{ "Authorization", "Basic bnRsbTpudGxt", NULL },
		{ "Authorization", "Bearer ntlm negotiate", NULL },
		{ "Authorization", "", NULL },
		{ "WWW-Authenticate", "Basic realm=\"ntlm-gate\"", NULL },
		{ "WWW-Authenticate", "Bearer, Digest x=y", NULL },
		{ "Authorizations", "NTLM x", NULL },
		{ "X-Authorization", "NTLM x", NULL },
		{ "Server", "NTLM", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct yett_field field[] = {
			yett_field_of(YETT_LIT("Accept"), YETT_LIT("x")),
			yett_field_of(yett_slice_of(cases[i].name),
			    yett_slice_of(cases[i].value)),
		};
		const char *scheme = yett_login_scheme(field, 2);

		if (cases[i].scheme == NULL ? scheme != NULL
					    : scheme == NULL ||
			    strcmp(scheme, cases[i].scheme) != 0)
			fail_msg("%s: %s", cases[i].name, cases[i].value);
		assert_null(yett_login_scheme(field, 1));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schemes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
