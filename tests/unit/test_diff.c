/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random pairs of declared policies: what the comparison proves is held
 * against every short path and many connections, and each counter-example is
 * tried.
 */
#include "unit/random_policy.h"

#include "policy/diff.h"
#include "policy/site_path.h"

#define PAIRS 2000
#define SEEN_MOST 512

/* --- policies that come in pairs */

/* Whom rules mean, by the names of the certificate; NULL: anybody. */
static struct yett_slice globs[] = { { "*.x", 3 }, { "*.y", 3 } };
static const struct yett_identity some[] = {
	{ .list[YETT_IDENTITY_DNS] = { &globs[0], 1 } },
	{ .list[YETT_IDENTITY_DNS] = { &globs[1], 1 } },
	{ .list[YETT_IDENTITY_DNS] = { globs, 2 } },
};
static const struct yett_identity *const identities[] = { NULL, &some[0],
	&some[1], &some[2] };

/* Certificates that these tell apart; the first has no names. */
#define LEAVES 4
static const struct yett_slice dns[] = { { "a.x", 3 }, { "a.y", 3 } };
static const struct yett_certificate leaves[LEAVES] = {
	{ .serial = { "1", 1 } },
	{ .dns = &dns[0], .dns_count = 1 },
	{ .dns = &dns[1], .dns_count = 1 },
	{ .dns = dns, .dns_count = 2 },
};

/* Pairs of policies with identities, and those with all else that a rule may
 * say; the others are plain. */
static bool
has_identities(unsigned seed)
{
	return seed % 4 == 2;
}
static bool
has_extras(unsigned seed)
{
	return seed % 2 == 1;
}

static void
random_identities(struct yett_site *site)
{
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (site->rule[i]->need == YETT_NEED_REQUIRE)
			site->rule[i]->identity =
			    identities[below(COUNT(identities))];
}

/* Each rule means the next of `identities`, or is learned longer when late. */
static void
change_rules(struct yett_site *site, unsigned seed)
{
	for (uint32_t i = 0; i < site->rule_count; i++) {
		struct yett_rule *rule = site->rule[i];
		size_t at = 0;

		if (rule->late == &lates[4])
			rule->late = &lates[5];
		if (!has_identities(seed) || rule->need != YETT_NEED_REQUIRE)
			continue;
		while (identities[at] != rule->identity)
			at++;
		rule->identity = identities[(at + 1) % COUNT(identities)];
	}
}

static struct yett_generation *
random_policy(unsigned seed, unsigned change)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site;

	for (int i = 0; i < TRUSTS; i++)
		trust_add(draft, trust_names[i]);
	srand(seed);
	site = random_site(draft);
	if (has_extras(seed))
		random_extras(site);
	if (has_identities(seed))
		random_identities(site);
	if (change == 3)
		change_rules(site, seed);
	if (change == 1 && site->rule_count > 0)
		site->rule_count--;
	if (change == 2 && site->rule_count > 0 &&
	    site->fallback.need != YETT_NEED_REQUIRE) {
		site->rule[0]->need = YETT_NEED_REQUEST;
		site->rule[0]->shadow = 0;
		site->rule[0]->identity = NULL;
	}
	site_add(draft, site);
	return freeze(draft);
}

/* --- one connection and request, under one policy */

struct facts {
	char path[64];
	unsigned asked_for; /* bits of trusts; 0: not asked */
	bool sent;
	unsigned leaf; /* of `leaves` */
	enum yett_verification verified[TRUSTS];
	struct yett_ip client_ip;
	uint64_t seconds;
	bool preflight, learned;
};

static enum yett_verification
verify_as_listed(void *arg, const struct yett_trust *trust)
{
	const struct facts *facts = arg;

	return facts->verified[trust->index];
}

/* The outcome in one number. */
static unsigned
decide(const struct yett_generation *gen, struct facts *facts)
{
	struct yett_hello hello = { .sni = YETT_LIT("shop.test"),
		.client_ip = facts->client_ip };
	uint64_t ids[TRUSTS];
	struct yett_request request = {
		.hello = &hello,
		.asked = { .need = facts->asked_for != 0 ? YETT_NEED_REQUEST
							 : YETT_NEED_NONE,
		    .trust_id = ids,
		    .cause = YETT_CAUSE_POLICY,
		    .generation = yett_generation_id(gen) },
		.host = hello.sni,
		.path = yett_slice_of(facts->path),
		.now = facts->seconds * 1000000000,
		.preflight = facts->preflight,
		.learned = facts->learned,
	};
	struct yett_decision decision;
	struct yett_refusal refusal;
	char scratch[sizeof(facts->path)];

	if (!yett_site_path(&request.path, yett_generation_site(gen, hello.sni),
		request.path, scratch, &refusal))
		return refusal.status * 1000000;
	if (facts->sent)
		request.peer = (struct yett_peer_facts){ &leaves[facts->leaf],
			verify_as_listed, facts };
	for (uint32_t i = 0; i < TRUSTS; i++)
		if (facts->asked_for >> i & 1)
			ids[request.asked.trust_count++] =
			    yett_generation_trust(gen, i)->id;
	yett_decide_request(gen, NULL, &request, NULL, &decision);
	return decision.status * 1000000 + decision.reason * 100000 +
	    decision.verdict * 10000 + decision.learn / 1000 * 10 +
	    (decision.location.len > 0 ? (decision.location.at[8] == 'a') + 1u
				       : 0);
}

/* --- brute force */

struct brute {
	const struct yett_generation *gen[2];
	const struct yett_site *site[2];
	const struct yett_rule *seen[SEEN_MOST][2];
	unsigned seen_count;
	bool extras; /* rules look at more than certificates */
	unsigned leaves;
	bool differ;
};

/* All handshakes and certificates for one path. */
static void
try_certificates(struct brute *brute, struct facts *facts)
{
	for (facts->asked_for = 0; facts->asked_for < 1u << TRUSTS;
	     facts->asked_for++)
		for (unsigned form = 0; form <= 27 * brute->leaves; form++) {
			unsigned left = form / brute->leaves;

			facts->sent = left < 27;
			facts->leaf = form % brute->leaves;
			for (int i = 0; i < TRUSTS; i++, left /= 3)
				facts->verified[i] = (enum yett_verification)(
				    left % 3);
			if (decide(brute->gen[0], facts) !=
			    decide(brute->gen[1], facts)) {
				brute->differ = true;
				return;
			}
		}
}

/* And all moments, some clients, with and without preflight and learning. */
static void
try_path(struct brute *brute, struct facts *facts)
{
	unsigned most = brute->extras ? 3 * 4 * CLIENTS : 1;

	for (unsigned how = 0; how < most && !brute->differ; how++) {
		facts->seconds = how % 3 * 100;
		facts->preflight = how / 3 % 2 == 1;
		facts->learned = how / 6 % 2 == 1;
		facts->client_ip = client_number(how / 12);
		try_certificates(brute, facts);
	}
}

/* Only the rules of a path matter, and each pair of rules is tried once. */
static bool
is_new(struct brute *brute, const char *path)
{
	const struct yett_rule *rule[2];

	for (int i = 0; i < 2; i++)
		rule[i] = yett_site_rule(brute->site[i], yett_slice_of(path));
	for (unsigned i = 0; i < brute->seen_count; i++)
		if (brute->seen[i][0] == rule[0] &&
		    brute->seen[i][1] == rule[1])
			return false;
	assert_true(brute->seen_count < SEEN_MOST);
	memcpy(brute->seen[brute->seen_count++], rule, sizeof(rule));
	return true;
}

/* All paths of up to `depth` segments. */
static void
try_paths(struct brute *brute, struct facts *facts, size_t len, int depth)
{
	static const char *const segments[] = { "a", "A", "b", "B", "*", "c" };

	if (is_new(brute, len == 0 ? "/" : facts->path)) {
		struct facts copy = *facts;

		if (len == 0)
			strcpy(copy.path, "/");
		try_path(brute, &copy);
	}
	for (size_t i = 0; depth > 0 && i < COUNT(segments); i++) {
		facts->path[len] = '/';
		strcpy(facts->path + len + 1, segments[i]);
		try_paths(brute, facts, len + 2, depth - 1);
		facts->path[len] = '\0';
	}
}

static bool
asks_alike(const struct yett_generation *a, const struct yett_generation *b)
{
	for (unsigned i = 0; i < 2 * CLIENTS; i++) {
		struct yett_hello hello = { .sni = YETT_LIT("shop.test"),
			.client_ip = client_number(i / 2),
			.learned = i % 2 == 1 };
		struct yett_hello_decision left, right;

		yett_decide_hello(a, NULL, &hello, NULL, &left);
		yett_decide_hello(b, NULL, &hello, NULL, &right);
		if (left.need != right.need ||
		    left.trusts.count != right.trusts.count ||
		    (left.trusts.count > 0 &&
			memcmp(left.trusts.index, right.trusts.index,
			    left.trusts.count * sizeof(uint32_t)) != 0))
			return false;
	}
	return true;
}

static bool
brute_differs(const struct yett_generation *old,
    const struct yett_generation *now, int depth, unsigned seed)
{
	struct brute brute = { .gen = { old, now },
		.site = { yett_generation_site_at(old, 0),
		    yett_generation_site_at(now, 0) },
		.extras = has_extras(seed),
		.leaves = has_identities(seed) ? LEAVES : 1 };
	struct facts facts = { .path = "" };

	if (!asks_alike(old, now))
		return true;
	try_paths(&brute, &facts, 0, depth);
	/* And one that is refused where case is ignored. */
	strcpy(facts.path, "/a/b.");
	try_path(&brute, &facts);
	return brute.differ;
}

/* --- what the comparison says */

struct load_output {
	unsigned count;
	struct yett_diff_site site;
};

static void
keep(void *arg, const struct yett_diff_site *site)
{
	struct load_output *told = arg;

	told->count++;
	told->site = *site;
}

static bool
example_holds(const struct yett_generation *old,
    const struct yett_generation *now, const struct yett_diff_example *example)
{
	struct facts facts = { .sent = example->sent,
		.client_ip = example->client_ip,
		.seconds = example->seconds,
		.preflight = example->preflight,
		.learned = example->learned };

	if (example->is_handshake)
		return !asks_alike(old, now);
	assert_true(strlen(example->path) < sizeof(facts.path));
	strcpy(facts.path, example->path);
	for (int i = 0; i < TRUSTS; i++) {
		struct yett_slice name = yett_slice_of(trust_names[i]);

		if (yett_slice_eq(example->asked, name))
			facts.asked_for |= 1u << i;
		facts.verified[i] = example->failure;
		if (example->verified.at != NULL)
			facts.verified[i] = yett_slice_eq(example->verified,
						name)
			    ? YETT_VERIFIED
			    : YETT_VERIFY_UNTRUSTED;
	}
	/* The certificate was the comparison's own: it has some of these names.
	 */
	for (facts.leaf = 0; facts.leaf < LEAVES; facts.leaf++)
		if (decide(old, &facts) != decide(now, &facts))
			return true;
	return false;
}

static void
test_random_pairs(void **state)
{
	static struct load_output told;
	unsigned equal = 0, different = 0;

	(void)state;
	for (unsigned pair = 0; pair < PAIRS; pair++) {
		struct yett_generation *old = random_policy(pair, 0);
		struct yett_generation *now =
		    random_policy(pair % 5 == 4 ? pair + PAIRS : pair,
			pair % 5);

		told.count = 0;
		assert_int_equal(yett_diff(old, now, keep, &told), YETT_OK);
		assert_int_equal(told.count, 1);
		assert_int_not_equal(told.site.answer, YETT_DIFF_UNKNOWN);
		if (told.site.answer == YETT_DIFF_EQUAL) {
			equal++;
			assert_false(brute_differs(old, now,
			    pair % 10 == 0 ? 5 : 4, pair));
		} else {
			different++;
			assert_true(
			    example_holds(old, now, &told.site.example));
		}
		yett_generation_unref(&old);
		yett_generation_unref(&now);
	}
	assert_true(equal > PAIRS / 4);
	assert_true(different > PAIRS / 4);
}

/* --- what chance does not make */

static struct yett_generation *
policy_of(const char *name, const char *glob, int function)
{
	struct yett_draft *draft = yett_draft_new();
	struct yett_identity *identity = make(draft, sizeof(*identity));
	struct yett_slice *text = make(draft, sizeof(*text));
	struct yett_site *site;

	trust_add(draft, "staff");
	site = site_new(draft, name, YETT_NEED_NONE, trusts(draft, 1), 1);
	site->request_function = function;
	*text = yett_slice_of(glob);
	identity->list[YETT_IDENTITY_DNS].glob = text;
	identity->list[YETT_IDENTITY_DNS].count = 1;
	rule_new(draft, site, YETT_RULE_PATH, "/a", YETT_NEED_REQUIRE,
	    trusts(draft, 1))
	    ->identity = identity;
	site_add(draft, site);
	return freeze(draft);
}

static void
test_pairs(void **state)
{
	static const struct {
		const char *name[2], *glob[2];
		int function;
		unsigned told;
		enum yett_diff_answer answer;
	} cases[] = {
		{ { "a.test", "a.test" }, { "*.x", "*.x" }, -1, 1,
		    YETT_DIFF_EQUAL },
		{ { "a.test", "a.test" }, { "*.x", "*.y" }, -1, 1,
		    YETT_DIFF_DIFFERENT },
		{ { "a.test", "a.test" }, { "a*.x", "a**.x" }, -1, 1,
		    YETT_DIFF_UNKNOWN },
		{ { "a.test", "a.test" }, { "*.x", "*.x" }, 0, 1,
		    YETT_DIFF_UNKNOWN },
		{ { "a.test", "b.test" }, { "*.x", "*.x" }, -1, 2,
		    YETT_DIFF_DIFFERENT },
		{ { "*.test", "*.test" }, { "*.x", "*.x" }, -1, 1,
		    YETT_DIFF_EQUAL },
		{ { "a.test", "*.test" }, { "*.x", "*.x" }, -1, 2,
		    YETT_DIFF_DIFFERENT },
	};
	static struct load_output told;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct yett_generation *old = policy_of(cases[i].name[0],
		    cases[i].glob[0], cases[i].function);
		struct yett_generation *now = policy_of(cases[i].name[1],
		    cases[i].glob[1], cases[i].function);

		told.count = 0;
		assert_int_equal(yett_diff(old, now, keep, &told), YETT_OK);
		assert_int_equal(told.count, cases[i].told);
		assert_int_equal(told.site.answer, cases[i].answer);
		yett_generation_unref(&old);
		yett_generation_unref(&now);
	}
}

/* --- paths of several readings */

/* Some of three rules, with what they keep. */
static struct yett_generation *
keeping_policy(unsigned choice)
{
	static const char *const patterns[] = { "/a", "/a/b", "/b" };
	struct yett_draft *draft = yett_draft_new();
	struct yett_site *site;

	for (int i = 0; i < TRUSTS; i++)
		trust_add(draft, trust_names[i]);
	site = site_new(draft, "shop.test", YETT_NEED_REQUEST, trusts(draft, 3),
	    1);
	site->ignore_case = choice % 7 == 0;
	site->fallback.keeps = choice % 8;
	for (int i = 0; i < 3; i++) {
		unsigned one = choice >> (3 + 3 * i) & 7;
		struct yett_rule *rule;

		if (one == 0)
			continue;
		rule = rule_new(draft, site, YETT_RULE_PATH, patterns[i],
		    one % 2 == 0 ? YETT_NEED_REQUIRE : YETT_NEED_NONE,
		    trusts(draft, 1u << (one % 2)));
		rule->keeps = one > 3 ? choice % 8 : one;
	}
	site_add(draft, site);
	return freeze(draft);
}

/* All paths of up to `depth` of these segments, without a certificate. */
static bool
forms_differ(const struct yett_generation *old,
    const struct yett_generation *now, struct facts *facts, int depth)
{
	static const char *const segments[] = { "/a", "/b", "/x", "/x.", "/A",
		"%2Fa", "%5Cb", "/..%2Fb", "/a%2F..", "//b", "%2Fx" };
	size_t len = strlen(facts->path);
	bool differ = false;

	for (facts->asked_for = 0;
	     len > 0 && facts->path[0] == '/' && facts->asked_for < 4;
	     facts->asked_for++)
		differ |= decide(old, facts) != decide(now, facts);
	for (size_t i = 0; !differ && depth > 0 && i < COUNT(segments); i++) {
		strcpy(facts->path + len, segments[i]);
		differ = facts->path[1] != '/' &&
		    forms_differ(old, now, facts, depth - 1);
		facts->path[len] = '\0';
	}
	return differ;
}

static void
test_kept_forms(void **state)
{
	static struct load_output told;
	unsigned answers[3] = { 0 };

	(void)state;
	for (unsigned pair = 0; pair < 300; pair++) {
		unsigned choice = pair * 2654435761u >> 8;
		struct yett_generation *old = keeping_policy(choice);
		struct yett_generation *now = keeping_policy(
		    pair % 2 == 0 ? choice : choice ^ 1u << pair / 2 % 12);
		struct facts facts = { .path = "" };

		told.count = 0;
		assert_int_equal(yett_diff(old, now, keep, &told), YETT_OK);
		answers[told.site.answer]++;
		if (told.site.answer == YETT_DIFF_EQUAL)
			assert_false(forms_differ(old, now, &facts,
			    pair % 20 == 0 ? 4 : 3));
		if (told.site.answer == YETT_DIFF_DIFFERENT)
			assert_true(
			    example_holds(old, now, &told.site.example));
		yett_generation_unref(&old);
		yett_generation_unref(&now);
	}
	assert_true(answers[YETT_DIFF_EQUAL] > 120);
	assert_true(answers[YETT_DIFF_DIFFERENT] > 70);
	assert_true(answers[YETT_DIFF_UNKNOWN] < 40);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random_pairs),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_kept_forms),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
