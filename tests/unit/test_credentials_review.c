/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of certificates and lists as their dates come near. */
#include "tls/credentials_review.h"

#include <string.h>

#include "tests/unit/tls_world.h"

#define DAY 86400

static struct world world;

static int
start(void **state)
{
	static const struct yett_ca_request year = { .common_name = "a.test",
		.key = YETT_CA_ED25519,
		.not_before = SPRING - 300 * DAY,
		.not_after = SPRING + 65 * DAY };
	struct yett_buf crl = { 0 };
	struct identity key;
	uint32_t serial = 99;

	(void)state;
	world_open(&world);
	identity_make(&key, world.staff, &year);
	world_write(&world, "year.pem", &key.cert);
	world_write(&world, "year.key", &key.key);
	identity_clear(&key);
	assert_int_equal(yett_ca_crl(world.staff, &serial, 1, SPRING - 7 * DAY,
			     SPRING + 7 * DAY, &crl, NULL),
	    YETT_OK);
	world_write(&world, "staff.crl", &crl);
	yett_buf_clear(&crl);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

/* "W209 W211": the codes about `field`, in the order found. */
static void
review(int64_t now, const char *field, char *out)
{
	struct yett_findings findings = { .count = 0 };

	yett_credentials_review(world.credentials, now, &findings);
	*out = '\0';
	for (uint32_t i = 0; i < findings.count; i++)
		if (strcmp(findings.at[i].spot.field, field) == 0)
			strcat(strcat(out, *out == '\0' ? "" : " "),
			    findings.at[i].code);
	yett_findings_clear(&findings);
}

static void
test_dates(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "staff", "staff.ca", "staff.crl", 1, NULL } },
		.site = { { "a.test", YETT_NEED_NONE, YETT_NEED_NONE, NULL,
		    { "year", NULL } } },
	};
	static const struct {
		const char *name, *field, *want;
		int64_t now;
	} cases[] = {
		{ "long to go", "key", "", SPRING },
		{ "31 days", "key", "", SPRING + 34 * DAY },
		{ "29 days", "key", "W209", SPRING + 36 * DAY },
		{ "past", "key", "W210", SPRING + 66 * DAY },
		{ "to come", "key", "W210", SPRING - 301 * DAY },
		{ "half of a list", "crl", "", SPRING },
		{ "the last third", "crl", "W211", SPRING + 4 * DAY },
	};

	(void)state;
	world_load(&world, &policy);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[200];

		review(cases[i].now, cases[i].field, got);
		if (strcmp(got, cases[i].want) != 0)
			fail_msg("%s: %s", cases[i].name, got);
	}
}

static void
test_certificate_shown_to_an_upstream(void **state)
{
	static const struct {
		const char *want;
		int64_t now;
	} cases[] = {
		{ NULL, SPRING },
		{ "W209", SPRING + 80 * DAY },
		{ "W210", SPRING + 101 * DAY },
		{ "W210", SPRING - 101 * DAY },
	};
	const struct yett_spot spot = { .field = "upstream" };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct yett_findings findings = { .count = 0 };

		yett_credentials_review_shown(&spot, YETT_LIT("pki/gw.pem"),
		    SPRING - 100 * DAY, SPRING + 100 * DAY, cases[i].now,
		    &findings);
		assert_int_equal(findings.count, cases[i].want == NULL ? 0 : 1);
		if (cases[i].want != NULL)
			assert_string_equal(findings.at[0].code, cases[i].want);
		yett_findings_clear(&findings);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_certificate_shown_to_an_upstream),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
