/* SPDX-License-Identifier: Apache-2.0 */
/* Of several ways from a certificate to an authority one that is good is found,
 * whatever the order of what was sent, and the search has an end. */
#include <stdio.h>

#include "tls/trust.h"
#include "unit/odd_certificate.h"
#include "unit/tls_world.h"

static struct world world;
static gnutls_privkey_t key, other_key;

/* The content of the Name "CN=" and one letter. */
#define NAME(letter)                                                           \
	YETT_LIT("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01" letter)

static gnutls_privkey_t
make_key(void)
{
	gnutls_privkey_t made;

	assert_int_equal(gnutls_privkey_init(&made), 0);
	assert_int_equal(gnutls_privkey_generate(made, GNUTLS_PK_ECDSA,
			     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
			     0),
	    0);
	return made;
}

static int
start(void **state)
{
	(void)state;
	world_open(&world);
	key = make_key();
	other_key = make_key();
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	gnutls_privkey_deinit(key);
	gnutls_privkey_deinit(other_key);
	world_close(&world);
	return 0;
}

/* basicConstraints and keyUsage of an authority. */
#define AUTHORITY                                                              \
	YETT_LIT("\x30\x0c\x06\x03\x55\x1d\x13\x04\x05\x30\x03\x01\x01\xff"    \
		 "\x30\x0b\x06\x03\x55\x1d\x0f\x04\x04\x03\x02\x01\x06")

/* What may be in a chain; R is the root, whose key signs all but FORGED. */
enum member { LEAF, OLD, NEW, FORGED, LOOP, ROOT, MEMBERS };
static struct yett_buf member[MEMBERS];

static void
make_members(void)
{
	const struct odd_certificate members[MEMBERS] = {
		[LEAF] = { .issuer = NAME("S"), .subject = NAME("L") },
		/* An older and a newer certificate of the same authority. */
		[OLD] = { .issuer = NAME("R"),
		    .subject = NAME("S"),
		    .until = "210101000000Z" },
		[NEW] = { .issuer = NAME("R"), .subject = NAME("S") },
		[FORGED] = { .issuer = NAME("R"),
		    .subject = NAME("S"),
		    .serial = 7 },
		[LOOP] = { .issuer = NAME("S"), .subject = NAME("S") },
		[ROOT] = { .issuer = NAME("R"), .subject = NAME("R") },
	};

	for (int i = 0; i < MEMBERS; i++) {
		struct odd_certificate one = members[i];

		one.key = ODD_SIGNER;
		one.signer = i == FORGED ? other_key : key;
		if (i != LEAF)
			one.extensions = AUTHORITY;
		odd_write(&member[i], &one);
	}
	world_write(&world, "odd.ca", &member[ROOT]);
}

static enum yett_verification
judge(const struct yett_trust_store *store, const enum member *chain,
    uint32_t count)
{
	struct yett_slice list[YETT_CHAIN_CERTIFICATES];
	struct yett_parsed_chain parsed;
	struct yett_trust_result result;

	for (uint32_t i = 0; i < count; i++)
		list[i] = yett_buf_slice(&member[chain[i]]);
	assert_true(yett_parsed_chain_open(&parsed,
	    &(struct yett_chain){ list, count }));
	yett_trust_store_verify(store, &parsed, SPRING, &result);
	yett_parsed_chain_clear(&parsed);
	return result.verification;
}

static void
test_other_paths(void **state)
{
	static const struct {
		const char *name;
		enum member chain[10];
		uint32_t count;
		enum yett_verification want;
	} cases[] = {
		{ "old alone", { LEAF, OLD }, 2, YETT_VERIFY_EXPIRED },
		{ "new alone", { LEAF, NEW }, 2, YETT_VERIFIED },
		{ "old first", { LEAF, OLD, NEW }, 3, YETT_VERIFIED },
		{ "new first", { LEAF, NEW, OLD }, 3, YETT_VERIFIED },
		{ "forged first", { LEAF, FORGED, NEW }, 3, YETT_VERIFIED },
		{ "forged and old", { LEAF, FORGED, OLD }, 3,
		    YETT_VERIFY_EXPIRED },
		{ "root too", { LEAF, ROOT, OLD, NEW, ROOT }, 5,
		    YETT_VERIFIED },
		{ "a loop first", { LEAF, LOOP, LOOP, NEW }, 4, YETT_VERIFIED },
		{ "loops alone",
		    { LEAF, LOOP, LOOP, LOOP, LOOP, LOOP, LOOP, LOOP, LOOP,
			LOOP },
		    10, YETT_VERIFY_UNTRUSTED },
		{ "many that are bad",
		    { LEAF, FORGED, FORGED, FORGED, FORGED, FORGED, FORGED,
			FORGED, FORGED, NEW },
		    10, YETT_VERIFY_UNTRUSTED }, /* the search has an end */
	};
	char path[128];
	struct yett_slice file = { path, 0 };
	const struct yett_trust trust = { .name = YETT_LIT("odd"),
		.ca = &file,
		.ca_count = 1,
		.depth = 9 };
	struct yett_trust_store *store;

	(void)state;
	make_members();
	file.len = (size_t)snprintf(path, sizeof(path), "%s/odd.ca",
	    world.folder);
	assert_int_equal(yett_trust_store_open(&store, &trust, NULL, NULL),
	    YETT_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum yett_verification got = judge(store, cases[i].chain,
		    cases[i].count);

		if (got != cases[i].want)
			fail_msg("%s: %s", cases[i].name,
			    yett_verification_name(got));
	}
	yett_trust_store_close(store);
	for (int i = 0; i < MEMBERS; i++)
		yett_buf_clear(&member[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_paths),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
