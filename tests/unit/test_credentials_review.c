/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of certificates and lists: of their dates, their names and
 * chains, and of those that cannot be opened. */
#include "tls/credentials_review.h"

#include <stdio.h>
#include <string.h>

#include "tls/chain_review.h"
#include "tls/credentials_errors.h"

#include "unit/tls_world.h"

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

/* Write NAME.pem and NAME.key of a certificate that `ca` issues; `extra` is
 * appended to its chain. */
static void
write_key(const char *name, const struct yett_ca *ca, const char *const *dns,
    const struct yett_ca *extra)
{
	struct yett_ca_request request = { .common_name = "c",
		.key = YETT_CA_ED25519,
		.dns = dns };
	struct identity key;
	char file[40];

	identity_make(&key, ca, &request);
	if (extra != NULL)
		assert_int_equal(yett_ca_write(extra, &key.cert, NULL),
		    YETT_OK);
	snprintf(file, sizeof(file), "%s.pem", name);
	world_write(&world, file, &key.cert);
	snprintf(file, sizeof(file), "%s.key", name);
	world_write(&world, file, &key.key);
	identity_clear(&key);
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
		{ "a stale list", "crl", "W241", SPRING + 8 * DAY },
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

/* --- names and chains --- */

/* What was found, one in a line: `CODE LABEL FIELD ELEMENT MEMBER`. */
static void
list(const struct yett_findings *findings, char *out, size_t size)
{
	size_t len = 0;

	*out = '\0';
	for (uint32_t i = 0; i < findings->count; i++) {
		const struct yett_finding *one = &findings->at[i];

		len += (size_t)snprintf(out + len, size - len,
		    "%s %.*s %s %u %s\n", one->code, YETT_ARG(one->spot.label),
		    one->spot.field, one->spot.element,
		    one->spot.member == NULL ? "-" : one->spot.member);
		assert_true(len < size);
	}
}

static void
review_chains(const struct world_policy *policy, const char *want)
{
	struct yett_findings findings = { .count = 0 };
	char got[800];

	world_load(&world, policy);
	yett_chain_review(world.credentials, &findings);
	list(&findings, got, sizeof(got));
	assert_string_equal(got, want);
	yett_findings_clear(&findings);
}

static void
test_names(void **state)
{
	static const char *const dns[] = { "a.test", "*.B.test", NULL };
	static const struct world_policy
	    policy = { .site = {
			   { "a.test", 0, 0, NULL, { "names" } },
			   { "x.b.test", 0, 0, NULL, { "names" } },
			   { "*.b.test", 0, 0, NULL, { "names" } },
			   { "b.test", 0, 0, NULL, { "names" } },
			   { "y.x.b.test", 0, 0, NULL, { "names" } },
			   { "*.a.test", 0, 0, NULL, { "names" } },
			   { "c.test", 0, 0, NULL, { "names", "nameless" } },
			   { "*", 0, 0, NULL, { "nameless" } },
		       } };

	(void)state;
	write_key("names", world.staff, dns, NULL);
	write_key("nameless", world.staff, NULL, NULL);
	review_chains(&policy,
	    "W216 b.test key 1 cert\n"
	    "W216 y.x.b.test key 1 cert\n"
	    "W216 *.a.test key 1 cert\n"
	    "W216 c.test key 1 cert\n"
	    "W216 c.test key 2 cert\n");
}

static void
test_chains(void **state)
{
	static const char *const dns[] = { "a.test", "b.test", NULL };
	static const struct world_policy
	    policy = { .site = {
			   { "a.test", 0, 0, NULL, { "below", "strange" } },
			   { "b.test", 0, 0, NULL, { "strange" } },
		       } };
	struct yett_ca *below;

	(void)state;
	assert_int_equal(yett_ca_new_below(&below, world.staff, "below", 5,
			     NULL),
	    YETT_OK);
	write_key("below", below, dns, world.staff);
	write_key("strange", below, dns, world.other);
	review_chains(&policy, "W217 a.test key 2 cert\n");
	yett_ca_free(below);
}

static void
test_purposes(void **state)
{
	static const char *const dns[] = { "a.test", NULL };
	static const struct {
		unsigned purposes;
		const char *want;
	} cases[] = {
		{ YETT_CA_SERVER, "" },
		{ YETT_CA_SERVER | YETT_CA_CLIENT, "" },
		{ 0, "" }, /* for anything */
		{ YETT_CA_CLIENT, "W243 a.test key 1 cert\n" },
	};
	static const struct world_policy policy = {
		.site = { { "a.test", 0, 0, NULL, { "use" } } }
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct yett_ca_request request = { .common_name = "a",
			.dns = dns,
			.purposes = cases[i].purposes };
		struct identity identity;

		identity_make(&identity, world.staff, &request);
		world_write(&world, "use.pem", &identity.cert);
		world_write(&world, "use.key", &identity.key);
		identity_clear(&identity);
		review_chains(&policy, cases[i].want);
	}
}

/* --- what cannot be opened --- */

static void
blame(const struct world_policy *policy, const char *want)
{
	struct yett_generation *gen = world_compile(&world, policy);
	struct yett_findings findings = { .count = 0 };
	char got[800];
	uint32_t count = yett_credentials_errors_add(gen, NULL, SPRING,
	    &findings);

	list(&findings, got, sizeof(got));
	assert_string_equal(got, want);
	assert_int_equal(count, findings.errors);
	yett_findings_clear(&findings);
	yett_generation_unref(&gen);
}

static void
test_nothing_to_blame(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "staff", "staff.ca", "staff.crl", 1, NULL } },
		.site = { { "a.test", 0, 0, NULL, { "year", NULL } } },
	};

	(void)state;
	blame(&policy, "");
}

static void
test_all_files_are_blamed(void **state)
{
	static const struct world_policy policy = {
		.trust = {
			{ "staff", "staff.ca", "staff.crl", 1, NULL },
			{ "none", "none.ca", "none.crl", 1, NULL },
			{ "empty", "empty", NULL, 1, NULL },
		},
		.site = {
			{ "a.test", 0, 0, NULL, { "year", "none" } },
			{ "b.test", 0, 0, NULL, { "none" } },
			{ "c.test", 0, 0, NULL, { "mixed", "none" } },
		},
	};
	struct yett_buf empty = { 0 };
	struct identity key;

	(void)state;
	assert_int_equal(yett_buf_append(&empty, YETT_LIT("no PEM\n")),
	    YETT_OK);
	world_write(&world, "empty", &empty);
	yett_buf_clear(&empty);
	write_key("mixed", world.staff, NULL, NULL);
	identity_make(&key, world.staff,
	    &(struct yett_ca_request){ .common_name = "d",
		.key = YETT_CA_ED25519 });
	world_write(&world, "mixed.key", &key.key);
	identity_clear(&key);
	/* A key that stands in two sites in a row is told once. */
	blame(&policy,
	    "W241  ca 1 -\n"
	    "W241  crl 1 -\n"
	    "W241  ca 1 -\n"
	    "E501 a.test key 2 cert\n"
	    "E501 c.test key 1 key\n"
	    "E501 c.test key 2 cert\n");
}

/* What is never believed: W222, what does not call itself an authority; W223,
 * one whose list is missing while there are others. */
static void
test_authorities(void **state)
{
	static const struct world_policy policy = {
		.trust = { { "open", "other.ca", NULL, 1, NULL },
		    { "listed", "staff.ca", "staff.crl", 1, NULL },
		    { "leaf", "year.pem", "staff.crl", 1, NULL },
		    { "unlisted", "other.ca", "staff.crl", 1, NULL } },
		.site = { { "a.test", 0, 0, NULL, { "year", NULL } } },
	};
	struct yett_findings findings = { .count = 0 };
	char got[800];

	(void)state;
	world_load(&world, &policy);
	yett_credentials_review(world.credentials, SPRING, &findings);
	list(&findings, got, sizeof(got));
	assert_string_equal(got, "W222  ca 0 -\nW223  ca 0 -\n");
	assert_string_equal(findings.at[0].message.at,
	    "the CA \"CN=a.test\" is no authority: only this very certificate "
	    "is believed, and nothing that it signed");
	assert_string_equal(findings.at[1].message.at,
	    "the CA \"CN=Other CA\" has no list in crl: whatever it issued is "
	    "refused");
	yett_findings_clear(&findings);
}

/* A URL may hold the PIN of its token. */
static void
test_no_pin_is_told(void **state)
{
	struct yett_findings findings = { .count = 0 };
	const struct yett_spot spot = { .field = "upstream" };

	(void)state;
	yett_credentials_review_shown(&spot,
	    YETT_LIT("pkcs11:token=hsm;object=gw?pin-value=8642"), SPRING,
	    SPRING + DAY, SPRING + DAY - 60, &findings);
	assert_int_equal(findings.count, 1);
	assert_non_null(strstr(findings.at[0].message.at, "object=gw\""));
	assert_null(strstr(findings.at[0].message.at, "8642"));
	yett_findings_clear(&findings);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_certificate_shown_to_an_upstream),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_chains),
		cmocka_unit_test(test_purposes),
		cmocka_unit_test(test_nothing_to_blame),
		cmocka_unit_test(test_all_files_are_blamed),
		cmocka_unit_test(test_authorities),
		cmocka_unit_test(test_no_pin_is_told),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
