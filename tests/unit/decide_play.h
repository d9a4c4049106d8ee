/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decide_play.h - a site with functions that say what the test wants, and one
 * request to decide.
 */
#ifndef YETT_TESTS_DECIDE_PLAY_H
#define YETT_TESTS_DECIDE_PLAY_H

#include "policy/decide.h"
#include "unit/policy_builder.h"

enum { STAFF = 1, PARTNERS = 2 };

/* "shop.test" with functions and one path that needs staff; its own trust is
 * the partners'. */
struct world {
	struct yett_generation *gen;
	struct yett_site *shop;
};

static inline struct world
world_new(unsigned site_trusts)
{
	struct yett_draft *draft = yett_draft_new();
	struct world world;
	struct yett_rule *rule;

	trust_add(draft, "staff");
	trust_add(draft, "partners");
	world.shop = site_new(draft, "shop.test", YETT_NEED_NONE,
	    trusts(draft, site_trusts), 10);
	world.shop->hello_function = world.shop->request_function = 0;
	rule_new(draft, world.shop, YETT_RULE_PATH, "/open", YETT_NEED_NONE,
	    trusts(draft, 0));
	rule = rule_new(draft, world.shop, YETT_RULE_PATH, "/staff",
	    YETT_NEED_REQUIRE, trusts(draft, STAFF));
	rule->why = YETT_LIT("staff only");
	site_add(draft, world.shop);
	world.gen = freeze(draft);
	return world;
}

/* A client_hello function that says `arg`, a struct yett_hello_said; NULL:
 * nothing that it may say. */
static inline void
say_hello(void *arg, const struct yett_site *site,
    const struct yett_hello *hello, struct yett_hello_said *said,
    uint32_t *read)
{
	const struct yett_hello_said *answer = arg;

	(void)site, (void)hello;
	if (answer != NULL)
		*said = *answer;
	*read |= YETT_FACT_ALPN;
}

/* The same for requests. */
static inline void
say_request(void *arg, const struct yett_site *site,
    const struct yett_rule *rule, const struct yett_request *request,
    bool verified, struct yett_request_said *said, uint32_t *read)
{
	const struct yett_request_said *answer = arg;

	(void)site, (void)rule, (void)request, (void)verified;
	if (answer != NULL)
		*said = *answer;
	*read |= YETT_FACT_HEADER;
}

static inline enum yett_verification
verify_partner(void *arg, const struct yett_trust *trust)
{
	(void)arg;
	return trust->index == 1 ? YETT_VERIFIED : YETT_VERIFY_UNTRUSTED;
}

static const struct yett_certificate partner = { .subject = { "CN=P", 4 } };
/* A request, what its function says, and what comes of it. */
struct verdict {
	const char *name, *path;
	unsigned site_trusts;
	enum yett_need asked; /* for both trusts */
	bool sent;            /* what verifies for the partners */
	struct yett_request_said said;
	enum yett_verdict verdict;
	uint32_t status;
	const char *reason, *cause;
	bool by_function;
};

/* Decide the request of `want`; all of *got is written. */
static inline void
decide(const struct world *world, const struct verdict *want,
    const struct yett_functions *functions, const struct yett_trace *trace,
    struct yett_decision *got)
{
	struct yett_hello hello = { .sni = YETT_LIT("shop.test") };
	uint64_t ids[2] = { yett_generation_trust(world->gen, 0)->id,
		yett_generation_trust(world->gen, 1)->id };
	struct yett_request request = {
		.hello = &hello,
		.asked = { .need = want->asked,
		    .trust_id = ids,
		    .trust_count = 2,
		    .cause = YETT_CAUSE_FUNCTION,
		    .generation = yett_generation_id(world->gen) },
		.peer = { want->sent ? &partner : NULL, verify_partner, NULL },
		.host = hello.sni,
		.method = YETT_LIT("GET"),
		.path = yett_slice_of(want->path),
	};

	memset(got, 0xff, sizeof(*got));
	yett_decide_request(world->gen, functions, &request, trace, got);
}

#endif
