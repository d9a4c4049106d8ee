/* SPDX-License-Identifier: Apache-2.0 */
/* The table of decisions, row by row. */
#include "unit/policy_builder.h"

#include "policy/decide.h"

/*
 * The policy that most rows are about. Trusts: 0 staff, 1 partners, 2 guests.
 * "fn.test" has both functions, "never.test" never asks.
 */
struct world {
	struct yett_generation *gen;
	struct yett_site *shop, *fn, *never;
	uint64_t staff, partners, guests; /* ids */
};

enum { STAFF = 1, PARTNERS = 2, GUESTS = 4 };

static struct yett_slice ada_only = { "CN=Ada*", 7 };
static const struct yett_identity ada = {
	.list = { [YETT_IDENTITY_SUBJECT] = { &ada_only, 1 } },
};
static const struct yett_late closing = { .status = 403,
	.close = YETT_CLOSE_ALWAYS };
static const struct yett_late keeping = { .status = 421,
	.close = YETT_CLOSE_NEVER };
static const struct yett_late nonsense = { .status = 200,
	.close = (enum yett_close)9 };

static void
add_paths(struct yett_draft *draft, struct yett_site *site)
{
	const struct {
		const char *pattern;
		enum yett_need need;
		unsigned trusts;
		const struct yett_identity *identity;
		const struct yett_late *late;
	} paths[] = {
		{ "/open", YETT_NEED_NONE, STAFF, NULL, NULL },
		{ "/maybe", YETT_NEED_REQUEST, STAFF, NULL, NULL },
		{ "/staff", YETT_NEED_REQUIRE, STAFF, NULL, NULL },
		{ "/both", YETT_NEED_REQUIRE, STAFF | PARTNERS, NULL, NULL },
		{ "/ada", YETT_NEED_REQUIRE, STAFF, &ada, NULL },
		{ "/closing", YETT_NEED_REQUIRE, STAFF, NULL, &closing },
		{ "/keeping", YETT_NEED_REQUIRE, STAFF, NULL, &keeping },
		{ "/nonsense", YETT_NEED_REQUIRE, STAFF, NULL, &nonsense },
	};

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct yett_rule *rule = rule_new(draft, site, YETT_RULE_PATH,
		    paths[i].pattern, paths[i].need,
		    trusts(draft, paths[i].trusts));

		rule->identity = paths[i].identity;
		rule->late = paths[i].late;
		rule->why = YETT_LIT("because");
		rule->tell = true;
	}
}

static struct world
world_new(void)
{
	struct yett_draft *draft = yett_draft_new();
	struct world world;

	trust_add(draft, "staff");
	trust_add(draft, "partners");
	trust_add(draft, "guests");
	world.shop = site_new(draft, "shop.test", YETT_NEED_NONE,
	    trusts(draft, STAFF), 10);
	world.fn = site_new(draft, "fn.test", YETT_NEED_NONE,
	    trusts(draft, STAFF), 30);
	world.fn->hello_function = world.fn->request_function = 0;
	world.never = site_new(draft, "never.test", YETT_NEED_NONE,
	    trusts(draft, STAFF), 50);
	world.never->handshake = YETT_HANDSHAKE_NEVER;
	add_paths(draft, world.shop);
	add_paths(draft, world.fn);
	add_paths(draft, world.never);
	site_add(draft, world.shop);
	site_add(draft, world.fn);
	site_add(draft, world.never);
	site_add(draft,
	    site_new(draft, "*.wild.test", YETT_NEED_NONE, trusts(draft, 0),
		70));
	site_add(draft,
	    site_new(draft, "*", YETT_NEED_NONE, trusts(draft, 0), 80));
	world.gen = freeze(draft);
	world.staff = yett_generation_trust(world.gen, 0)->id;
	world.partners = yett_generation_trust(world.gen, 1)->id;
	world.guests = yett_generation_trust(world.gen, 2)->id;
	return world;
}

/* --- the client */

static enum yett_verification
verify_as_listed(void *arg, const struct yett_trust *trust)
{
	const enum yett_verification *listed = arg;

	return listed[trust->index];
}

#define GOOD YETT_VERIFIED
#define BAD YETT_VERIFY_UNTRUSTED
#define OLD YETT_VERIFY_EXPIRED
#define REVOKED YETT_VERIFY_REVOKED
#define NO_CRL YETT_VERIFY_CRL_UNAVAILABLE
#define UNKNOWN ((enum yett_verification)99)

#define NOW 0  /* asked under the generation that decides */
#define THEN 1 /* under an older one */

struct row {
	const char *name, *sni, *path;
	enum yett_need asked;
	unsigned asked_for;
	int when; /* NOW or THEN */
	enum yett_cause asked_cause;
	const char *sent; /* subject, or NULL */
	enum yett_verification verified[3];
	uint32_t status; /* 0: allow */
	const char *reason, *cause;
	bool close;
};

static const struct row rows[] = {
#define NONE YETT_NEED_NONE
#define REQ YETT_NEED_REQUEST
#define REQUIRE YETT_NEED_REQUIRE
#define BY_RULE YETT_CAUSE_POLICY
#define BY_FN YETT_CAUSE_FUNCTION
	{ "nothing needed, nothing asked", "shop.test", "/open", NONE, 0, NOW,
	    0, NULL, { 0 }, 0, "none", "", false },
	{ "nothing needed, a bad one sent", "shop.test", "/open", REQ, STAFF,
	    NOW, 0, "CN=Eve", { BAD, BAD, BAD }, 0, "none", "", false },
	{ "requested, none sent", "shop.test", "/maybe", REQ, STAFF, NOW, 0,
	    NULL, { 0 }, 0, "none", "", false },
	{ "requested, never asked", "shop.test", "/maybe", NONE, 0, THEN, 0,
	    NULL, { 0 }, 0, "none", "", false },
	{ "requested, a revoked one sent", "shop.test", "/maybe", REQ, STAFF,
	    NOW, 0, "CN=Eve", { REVOKED, BAD, BAD }, 0, "none", "", false },

	{ "required and good", "shop.test", "/staff", REQ, STAFF, NOW, 0,
	    "CN=Ada", { GOOD, BAD, BAD }, 0, "none", "", false },
	{ "good for any member", "shop.test", "/both", REQ, STAFF, NOW, 0,
	    "CN=Ada", { REVOKED, GOOD, BAD }, 0, "none", "", false },
	{ "good, though asked for others", "shop.test", "/staff", REQ, GUESTS,
	    NOW, 0, "CN=Ada", { GOOD, BAD, BAD }, 0, "none", "", false },
	{ "good for a trust of elsewhere", "shop.test", "/staff", REQ, STAFF,
	    NOW, 0, "CN=Ada", { BAD, GOOD, GOOD }, 403, "untrusted", "", true },

	{ "late: the site never asks", "never.test", "/staff", NONE, 0, NOW,
	    BY_RULE, NULL, { 0 }, 500, "late", "policy", false },
	{ "late: it never asked, nor does it now", "never.test", "/staff", NONE,
	    0, THEN, BY_RULE, NULL, { 0 }, 500, "late", "policy", false },
	{ "late: a function chose not to ask", "fn.test", "/staff", NONE, 0,
	    NOW, BY_FN, NULL, { 0 }, 500, "late", "function", false },
	{ "late: it did, under older rules", "fn.test", "/staff", NONE, 0, THEN,
	    BY_FN, NULL, { 0 }, 500, "late", "function", true },
	{ "late: the function is gone", "shop.test", "/staff", NONE, 0, THEN,
	    BY_FN, NULL, { 0 }, 500, "late", "reloaded", true },
	{ "late: the rules changed", "shop.test", "/staff", NONE, 0, THEN,
	    BY_RULE, NULL, { 0 }, 500, "late", "reloaded", true },
	{ "late: asked for others", "shop.test", "/staff", REQ,
	    PARTNERS | GUESTS, NOW, 0, NULL, { 0 }, 500, "late", "other_trust",
	    false },
	{ "late: asked for others, before", "shop.test", "/staff", REQ, GUESTS,
	    THEN, 0, "CN=Ada", { BAD, BAD, GOOD }, 500, "late", "other_trust",
	    true },
	{ "late: asked for nobody", "shop.test", "/staff", REQ, 0, NOW, 0, NULL,
	    { 0 }, 500, "late", "other_trust", false },
	{ "late as the rule words it", "never.test", "/closing", NONE, 0, NOW,
	    BY_RULE, NULL, { 0 }, 403, "late", "policy", true },
	{ "late, kept open", "shop.test", "/keeping", NONE, 0, THEN, BY_RULE,
	    NULL, { 0 }, 421, "late", "reloaded", false },
	{ "late with nonsense", "never.test", "/nonsense", NONE, 0, NOW,
	    BY_RULE, NULL, { 0 }, 500, "late", "policy", true },

	{ "none sent", "shop.test", "/staff", REQ, STAFF, NOW, 0, NULL, { 0 },
	    403, "not_sent", "", true },
	{ "none sent, asked for one of two", "shop.test", "/both", REQ,
	    PARTNERS, NOW, 0, NULL, { 0 }, 403, "not_sent", "", true },
	{ "none sent, and none would be asked", "never.test", "/staff", REQ,
	    STAFF, THEN, 0, NULL, { 0 }, 403, "not_sent", "", false },
	{ "none sent, a function may ask", "fn.test", "/staff", REQ, STAFF, NOW,
	    0, NULL, { 0 }, 403, "not_sent", "", true },
	{ "none sent, required", "shop.test", "/staff", REQUIRE, STAFF, NOW, 0,
	    NULL, { 0 }, 403, "not_sent", "", true },

	{ "untrusted", "shop.test", "/staff", REQ, STAFF, NOW, 0, "CN=Eve",
	    { BAD, BAD, BAD }, 403, "untrusted", "", true },
	{ "an unknown verification", "shop.test", "/staff", REQ, STAFF, NOW, 0,
	    "CN=Eve", { UNKNOWN, BAD, BAD }, 403, "untrusted", "", true },
	{ "expired", "shop.test", "/staff", REQ, STAFF, NOW, 0, "CN=Ada",
	    { OLD, BAD, BAD }, 403, "expired", "", true },
	{ "revoked", "shop.test", "/staff", REQ, STAFF, NOW, 0, "CN=Ada",
	    { REVOKED, BAD, BAD }, 403, "revoked", "", true },
	{ "no CRL", "shop.test", "/staff", REQ, STAFF, NOW, 0, "CN=Ada",
	    { NO_CRL, BAD, BAD }, 403, "revoked", "crl_unavailable", true },
	{ "revoked before expired", "shop.test", "/both", REQ, STAFF, NOW, 0,
	    "CN=Ada", { OLD, REVOKED, BAD }, 403, "revoked", "", true },
	{ "revoked before no CRL", "shop.test", "/both", REQ, STAFF, NOW, 0,
	    "CN=Ada", { NO_CRL, REVOKED, BAD }, 403, "revoked", "", true },
	{ "no CRL before expired", "shop.test", "/both", REQ, STAFF, NOW, 0,
	    "CN=Ada", { OLD, NO_CRL, BAD }, 403, "revoked", "crl_unavailable",
	    true },
	{ "expired before untrusted", "shop.test", "/both", REQ, STAFF, NOW, 0,
	    "CN=Ada", { BAD, OLD, BAD }, 403, "expired", "", true },

	{ "one of those meant", "shop.test", "/ada", REQ, STAFF, NOW, 0,
	    "CN=Ada", { GOOD, BAD, BAD }, 0, "none", "", false },
	{ "not one of those meant", "shop.test", "/ada", REQ, STAFF, NOW, 0,
	    "CN=Eve", { GOOD, BAD, BAD }, 403, "identity", "", true },
	{ "meant, but expired", "shop.test", "/ada", REQ, STAFF, NOW, 0,
	    "CN=Ada", { OLD, BAD, BAD }, 403, "expired", "", true },
#undef NONE
#undef REQ
#undef REQUIRE
#undef BY_RULE
#undef BY_FN
};

static uint32_t
asked_ids(const struct world *world, unsigned bits, uint64_t *out)
{
	const uint64_t ids[] = { world->staff, world->partners, world->guests };
	uint32_t count = 0;

	for (unsigned i = 0; i < COUNT(ids); i++)
		if (bits >> i & 1)
			out[count++] = ids[i];
	return count;
}

/* A function that lets the declared rule stand. */
static void
say_nothing(void *arg, const struct yett_site *site,
    const struct yett_rule *rule, const struct yett_request *request,
    bool verified, struct yett_request_said *said, uint32_t *read)
{
	(void)arg, (void)site, (void)rule, (void)request, (void)verified;
	said->verdict = YETT_REQUEST_DECLARED;
	*read |= YETT_FACT_METHOD;
}

static void
decide_row(const struct world *world, const struct row *row,
    struct yett_decision *out)
{
	static const struct yett_functions quiet = { .request = say_nothing };
	enum yett_verification verified[3];
	uint64_t ids[3];
	struct yett_certificate leaf = { .subject = yett_slice_of(row->sent) };
	struct yett_hello hello = { .sni = yett_slice_of(row->sni) };
	struct yett_request request = {
		.hello = &hello,
		.asked = { .need = row->asked,
		    .trust_id = ids,
		    .trust_count = asked_ids(world, row->asked_for, ids),
		    .cause = row->asked_cause,
		    .generation = yett_generation_id(world->gen) -
			(row->when == THEN) },
		.peer = { row->sent == NULL ? NULL : &leaf, verify_as_listed,
		    verified },
		.host = hello.sni,
		.method = YETT_LIT("GET"),
		.path = yett_slice_of(row->path),
	};

	memcpy(verified, row->verified, sizeof(verified));
	yett_decide_request(world->gen, &quiet, &request, NULL, out);
}

static void
test_every_row(void **state)
{
	struct world world = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct row *row = &rows[i];
		struct yett_decision got;
		bool allowed;

		memset(&got, 0xff, sizeof(got));
		decide_row(&world, row, &got);
		allowed = got.verdict == YETT_VERDICT_ALLOW;
		if (got.status != row->status || allowed != (row->status == 0))
			fail_msg("%s: %u", row->name, got.status);
		if (strcmp(yett_reason_name(got.reason), row->reason) != 0 ||
		    strcmp(yett_cause_name(got.cause), row->cause) != 0 ||
		    got.close != row->close || got.by_function)
			fail_msg("%s: %s %s %d", row->name,
			    yett_reason_name(got.reason),
			    yett_cause_name(got.cause), got.close);
		assert_string_equal(got.why.at, "because");
		assert_true(got.tell);
	}
	yett_generation_unref(&world.gen);
}

static void
test_verified_is_for_a_trust_of_the_path(void **state)
{
	static const struct {
		const char *path;
		enum yett_verification verified[3];
		int want; /* the trust, or -1 */
	} cases[] = {
		{ "/open", { GOOD, GOOD, GOOD }, 0 },
		{ "/open", { BAD, GOOD, GOOD }, -1 },
		{ "/maybe", { GOOD, BAD, BAD }, 0 },
		{ "/both", { BAD, GOOD, GOOD }, 1 },
		{ "/both", { GOOD, GOOD, GOOD }, 0 },
		{ "/staff", { BAD, GOOD, GOOD }, -1 },
		{ "/none", { GOOD, BAD, BAD }, 0 },
	};
	struct world world = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct row row = { .sni = "shop.test",
			.path = cases[i].path,
			.asked = YETT_NEED_REQUEST,
			.asked_for = STAFF,
			.sent = "CN=Ada" };
		struct yett_decision got;

		memcpy(row.verified, cases[i].verified, sizeof(row.verified));
		decide_row(&world, &row, &got);
		assert_ptr_equal(got.verified,
		    cases[i].want < 0 ? NULL
				      : yett_generation_trust(world.gen,
					    (uint32_t)cases[i].want));
	}
	yett_generation_unref(&world.gen);
}

static void
test_the_host_is_the_servers_name(void **state)
{
	static const struct {
		const char *sni, *host;
		uint32_t status;
		bool close;
	} cases[] = {
		{ "shop.test", "shop.test", 0, false },
		{ "shop.test", "never.test", 421, false },
		{ "shop.test", "192.0.2.1", 421, false },
		{ "shop.test", "", 421, false },
		{ "a.wild.test", "a.wild.test", 0, false },
		{ "a.wild.test", "b.wild.test", 421, false },
		{ "x.test", "x.test", 0, false },
		{ "x.test", "y.test", 421, false },
		{ "", "", 0, false },
		{ "", "y.test", 0, false },
		{ "", "192.0.2.1", 0, false },
		{ "", "shop.test", 421, false },
		{ "", "a.wild.test", 421, false },
	};
	struct world world = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_hello hello = { .sni = yett_slice_of(
						cases[i].sni) };
		struct yett_request request = { .hello = &hello,
			.host = yett_slice_of(cases[i].host),
			.path = YETT_LIT("/") };
		struct yett_decision got;

		yett_decide_request(world.gen, NULL, &request, NULL, &got);
		assert_int_equal(got.status, cases[i].status);
		assert_int_equal(got.verdict == YETT_VERDICT_ALLOW,
		    cases[i].status == 0);
		assert_int_equal(got.reason,
		    cases[i].status == 0 ? YETT_REASON_NONE
					 : YETT_REASON_MISDIRECTED);
		assert_int_equal(got.close, cases[i].close);
	}
	yett_generation_unref(&world.gen);
}

static void
test_a_site_that_is_gone_is_misdirected(void **state)
{
	struct yett_generation *gen = freeze(yett_draft_new());
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct yett_request request = { .hello = &hello,
		.host = YETT_LIT("shop.test"),
		.path = YETT_LIT("/") };
	struct yett_decision got;

	(void)state;
	yett_decide_request(gen, NULL, &request, NULL, &got);
	assert_int_equal(got.verdict, YETT_VERDICT_REFUSE);
	assert_int_equal(got.status, 421);
	assert_int_equal(got.reason, YETT_REASON_MISDIRECTED);
	assert_true(got.close);
	assert_null(got.site);
	assert_null(got.rule);
	yett_generation_unref(&gen);
}

static void
test_unknown_needs_are_refused(void **state)
{
	struct world world = world_new();
	struct row row = { .sni = "shop.test", .path = "/open" };
	struct yett_decision got;

	(void)state;
	for (int need = 3; need < 6; need++) {
		world.shop->rule[0]->need = (enum yett_need)need;
		decide_row(&world, &row, &got);
		assert_int_equal(got.verdict, YETT_VERDICT_REFUSE);
		assert_int_equal(got.reason, YETT_REASON_POLICY_ERROR);
		assert_int_equal(got.status, 500);
	}
	yett_generation_unref(&world.gen);
}

static void
test_a_leaf_without_verification_is_untrusted(void **state)
{
	struct world world = world_new();
	struct yett_certificate leaf = { .subject = YETT_LIT("CN=Ada") };
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	struct yett_request request = { .hello = &hello,
		.asked = { .need = YETT_NEED_REQUEST,
		    .trust_id = &world.staff,
		    .trust_count = 1 },
		.peer = { .leaf = &leaf },
		.host = hello.sni,
		.path = YETT_LIT("/staff") };
	struct yett_decision got;

	(void)state;
	yett_decide_request(world.gen, NULL, &request, NULL, &got);
	assert_int_equal(got.reason, YETT_REASON_UNTRUSTED);
	yett_generation_unref(&world.gen);
}

static void
test_what_was_read(void **state)
{
	static const struct {
		const char *sni, *path;
		uint32_t want;
	} cases[] = {
		{ "shop.test", "/open",
		    YETT_FACT_SNI | YETT_FACT_HOST | YETT_FACT_PATH },
		{ "shop.test", "/staff",
		    YETT_FACT_SNI | YETT_FACT_HOST | YETT_FACT_PATH |
			YETT_FACT_CERTIFICATE },
		{ "a.wild.test", "/open", YETT_FACT_SNI | YETT_FACT_HOST },
		{ "fn.test", "/open",
		    YETT_FACT_SNI | YETT_FACT_HOST | YETT_FACT_PATH |
			YETT_FACT_METHOD },
	};
	struct world world = world_new();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct row row = { .sni = cases[i].sni, .path = cases[i].path };
		struct yett_decision got;

		decide_row(&world, &row, &got);
		assert_int_equal(got.read, cases[i].want);
	}
	yett_generation_unref(&world.gen);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row),
		cmocka_unit_test(test_verified_is_for_a_trust_of_the_path),
		cmocka_unit_test(test_the_host_is_the_servers_name),
		cmocka_unit_test(test_a_site_that_is_gone_is_misdirected),
		cmocka_unit_test(test_unknown_needs_are_refused),
		cmocka_unit_test(test_a_leaf_without_verification_is_untrusted),
		cmocka_unit_test(test_what_was_read),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}
