/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/plural.h"
#include "tools/bench_report.h"
#include "tools/loaded_policy.h"
#include "yett_tools.h"

/* Enough that sites and rules are met in no order that a cache could learn,
 * and that a percentile means something. */
#define SAMPLES (UINT32_C(1) << 18)
#define ROUND 1024 /* decisions between two looks at the clock */
#define TRUSTS_MOST 64

struct bench {
	struct yett_policy *policy;
	const struct yett_functions *functions;
	struct yett_arena arena; /* names and paths */
	struct yett_bench_sample *sample;
	uint32_t rule_count;
	uint64_t random;
	uint64_t refused; /* so that no decision can be left out */
};

/* --- what is asked ---------------------------------------------------------
 */

/* xorshift64*: the same samples each time. */
static uint32_t
pick(struct bench *bench, uint32_t count)
{
	bench->random ^= bench->random >> 12;
	bench->random ^= bench->random << 25;
	bench->random ^= bench->random >> 27;
	return (uint32_t)((bench->random * UINT64_C(2685821657736338717)) >>
		   32) %
	    count;
}

/* A copy with each star as one label or segment. */
static struct yett_slice
without_stars(struct yett_arena *arena, struct yett_slice pattern)
{
	struct yett_slice copy = yett_arena_copy(arena, pattern);
	/* The arena is ours and nobody else has seen the copy. */
	char *at = (char *)(uintptr_t)copy.at;

	for (size_t i = 0; at != NULL && i < copy.len; i++)
		if (at[i] == '*')
			at[i] = 'x';
	return copy;
}

/* A site without rules decides by itself. */
static enum yett_status
fill_sample(struct bench *bench, struct yett_bench_sample *sample)
{
	const struct yett_generation *gen = bench->policy->loaded.gen;
	const struct yett_site *site = yett_generation_site_at(gen,
	    pick(bench, yett_generation_site_count(gen)));

	sample->site = site;
	sample->rule = site->rule_count > 0
	    ? site->rule[pick(bench, site->rule_count)]
	    : &site->fallback;
	sample->name = without_stars(&bench->arena, site->name);
	sample->path = without_stars(&bench->arena, sample->rule->pattern);
	return sample->name.at != NULL && sample->path.at != NULL
	    ? YETT_OK
	    : YETT_E_NOMEM;
}

static uint32_t
count_rules(const struct yett_generation *gen)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		uint32_t rules = yett_generation_site_at(gen, i)->rule_count;

		count += rules > 0 ? rules : 1;
	}
	return count;
}

static enum yett_status
open_bench(struct bench *bench)
{
	enum yett_status status = YETT_OK;

	bench->rule_count = count_rules(bench->policy->loaded.gen);
	bench->random = UINT64_C(88172645463325252);
	bench->functions = yett_instance_functions(bench->policy->instance);
	bench->sample = calloc(SAMPLES, sizeof(bench->sample[0]));
	if (bench->sample == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < SAMPLES && status == YETT_OK; i++)
		status = fill_sample(bench, &bench->sample[i]);
	return status;
}

static void
close_bench(struct bench *bench)
{
	yett_policy_free(bench->policy);
	yett_arena_clear(&bench->arena);
	free(bench->sample);
}

/* --- deciding --------------------------------------------------------------
 */

/* The client shows a certificate that every trust likes. */
static enum yett_verification
verify(void *arg, const struct yett_trust *trust)
{
	(void)arg;
	(void)trust;
	return YETT_VERIFIED;
}

static void
decide_hello(const struct bench *bench, const struct yett_hello *hello,
    uint64_t ids[TRUSTS_MOST], struct yett_asked *asked)
{
	const struct yett_generation *gen = bench->policy->loaded.gen;
	struct yett_hello_decision decision;

	yett_decide_hello(gen, bench->functions, hello, NULL, &decision);
	*asked = (struct yett_asked){
		.need = decision.need,
		.cause = decision.cause,
		.trust_id = ids,
		.generation = yett_generation_id(gen),
	};
	for (uint32_t i = 0; i < decision.trusts.count && i < TRUSTS_MOST; i++)
		ids[asked->trust_count++] =
		    yett_generation_trust(gen, decision.trusts.index[i])->id;
}

static void
decide_request(struct bench *bench, const struct yett_bench_sample *sample,
    const struct yett_hello *hello, const struct yett_asked *asked)
{
	static const struct yett_certificate leaf = {
		.subject = YETT_LIT("CN=bench"),
		.issuer = YETT_LIT("CN=bench"),
	};
	const struct yett_request request = {
		.hello = hello,
		.asked = *asked,
		.peer = { &leaf, verify, NULL },
		.host = sample->name,
		.method = YETT_LIT("GET"),
		.path = sample->path,
		.now = hello->now,
	};
	struct yett_decision decision;

	yett_decide_request(bench->policy->loaded.gen, bench->functions,
	    &request, NULL, &decision);
	bench->refused += decision.verdict == YETT_VERDICT_REFUSE;
}

/* Decisions in `time` nanoseconds, as their number per second. */
static double
run_freely(struct bench *bench, uint64_t now, uint64_t time)
{
	uint64_t start = yett_clock_cpu(), spent;
	uint64_t ids[TRUSTS_MOST];
	uint64_t count = 0;

	do {
		for (uint32_t i = 0; i < ROUND; i++, count++) {
			const struct yett_bench_sample *sample =
			    &bench->sample[count % SAMPLES];
			const struct yett_hello hello = { .sni = sample->name,
				.version = 0x0304,
				.now = now };
			struct yett_asked asked;

			decide_hello(bench, &hello, ids, &asked);
			decide_request(bench, sample, &hello, &asked);
		}
		spent = yett_clock_cpu() - start;
	} while (spent < time);
	return (double)count * (double)YETT_NS_PER_S / (double)spent;
}

/* What a look at the clock costs. */
static uint64_t
clock_cost(void)
{
	uint64_t start = yett_clock_monotonic();

	for (uint32_t i = 0; i < ROUND; i++)
		(void)yett_clock_monotonic();
	return (yett_clock_monotonic() - start) / (ROUND + 1);
}

static uint32_t
elapsed(uint64_t from, uint64_t to, uint64_t clock)
{
	uint64_t ns = to - from;

	ns = ns > clock ? ns - clock : 0;
	return ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
}

/* Each sample once, each by the clock. */
static void
run_timed(struct bench *bench, uint64_t now)
{
	uint64_t clock = clock_cost();
	uint64_t ids[TRUSTS_MOST];

	for (uint32_t i = 0; i < SAMPLES; i++) {
		struct yett_bench_sample *sample = &bench->sample[i];
		const struct yett_hello hello = { .sni = sample->name,
			.version = 0x0304,
			.now = now };
		struct yett_asked asked;
		uint64_t begun = yett_clock_monotonic(), said;

		decide_hello(bench, &hello, ids, &asked);
		said = yett_clock_monotonic();
		decide_request(bench, sample, &hello, &asked);
		sample->request_ns = elapsed(said, yett_clock_monotonic(),
		    clock);
		sample->hello_ns = elapsed(begun, said, clock);
	}
}

/* --- telling ---------------------------------------------------------------
 */

static enum yett_status
put_results(struct bench *bench, double per_second, struct yett_buf *out)
{
	uint32_t sites = yett_generation_site_count(bench->policy->loaded.gen);
	enum yett_status status = yett_buf_printf(out,
	    "%u site%s, %u rule%s: %.0f ns per decision (hello + request), "
	    "%.0f per second and core\n",
	    sites, yett_plural(sites), bench->rule_count,
	    yett_plural(bench->rule_count), (double)YETT_NS_PER_S / per_second,
	    per_second);

	return status == YETT_OK
	    ? yett_bench_report_write(out, bench->sample, SAMPLES)
	    : status;
}

enum yett_status
yett_policy_bench(const char *path, unsigned milliseconds,
    const struct yett_report *report, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	struct bench bench = { 0 };
	struct yett_buf out = { 0 };
	uint64_t now = yett_clock_wall();
	enum yett_status status = yett_policy_load(&bench.policy, path, report,
	    fault);

	if (status == YETT_OK)
		status = open_bench(&bench);
	if (status == YETT_OK) {
		run_timed(&bench, now); /* and warms up */
		run_timed(&bench, now);
		status = put_results(&bench,
		    run_freely(&bench, now, milliseconds * YETT_NS_PER_MS),
		    &out);
	}
	if (status == YETT_OK) {
		struct yett_slice all = yett_buf_slice(&out);

		sink(arg, all.at, all.len);
	}
	yett_buf_clear(&out);
	close_bench(&bench);
	return status;
}
