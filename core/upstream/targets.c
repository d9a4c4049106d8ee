/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/targets.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "tls/credentials_review.h"

struct yett_targets {
	uint64_t id;
	struct yett_arena arena;
	struct yett_upstream_targets *upstream;
	/* By upstream; NULL where no https target is. Counted. */
	struct yett_client_terms **terms;
	uint32_t count;
	/* The addresses of each name once, counted, in an open-addressed table.
	 */
	struct yett_addresses **known;
	size_t known_size; /* a power of two, more than there are addresses */
};

/* Where those of `target` are in the table, or would be. */
static struct yett_addresses **
find_known(const struct yett_targets *targets, const struct yett_target *target)
{
	uint64_t hash;
	size_t at;

	memcpy(&hash, target->scope, sizeof(hash));
	for (at = hash & (targets->known_size - 1); targets->known[at] != NULL;
	     at = (at + 1) & (targets->known_size - 1))
		if (yett_target_eq(yett_addresses_target(targets->known[at]),
			target))
			break;
	return &targets->known[at];
}

/* With more than this wrong, the rest is not even looked at. */
#define WRONG_MOST 20

/* The addresses of `target`: of this generation, of the one before, or new. */
static enum yett_status
open_addresses(struct yett_targets *targets, const struct yett_targets_env *env,
    struct yett_target *target, struct yett_addresses **out,
    struct yett_fault *fault)
{
	struct yett_addresses **known = find_known(targets, target);
	struct yett_addresses *before = env->previous == NULL
	    ? NULL
	    : *find_known(env->previous, target);
	enum yett_status status = YETT_OK;

	if (*known == NULL && before != NULL)
		*known = yett_addresses_ref(before);
	else if (*known == NULL)
		status = yett_addresses_new(known, target, &env->lookup, fault);
	*out = *known;
	return status;
}

static bool
speaks_tls(const struct yett_upstream *upstream)
{
	for (uint32_t i = 0; i < upstream->count; i++)
		if (yett_slice_starts_with(upstream->target[i],
			YETT_LIT("https://")))
			return true;
	return false;
}

/* Do two upstreams declare the same terms? */
static bool
has_equal_terms(const struct yett_upstream *a, const struct yett_upstream *b)
{
	return a->trusts.count == b->trusts.count &&
	    memcmp(a->trusts.index, b->trusts.index,
		a->trusts.count * sizeof(*a->trusts.index)) == 0 &&
	    yett_slice_eq(a->key.cert, b->key.cert) &&
	    yett_slice_eq(a->key.key, b->key.key);
}

/* The terms of `upstream`, read once for all that declare the same. */
static enum yett_status
open_terms(struct yett_targets *targets, const struct yett_generation *gen,
    const struct yett_targets_env *env, const struct yett_upstream *upstream,
    struct yett_fault *fault)
{
	struct yett_client_terms **out = &targets->terms[upstream->index];
	const struct yett_trust **trust;
	struct yett_client_declared declared = {
		.trust_count = upstream->trusts.count,
		.key = upstream->key.cert.at != NULL ? &upstream->key : NULL,
		.lists = env->lists,
	};

	if (!speaks_tls(upstream))
		return YETT_OK;
	for (uint32_t i = 0; i < upstream->index; i++)
		if (targets->terms[i] != NULL &&
		    has_equal_terms(yett_generation_upstream(gen, i),
			upstream)) {
			*out = yett_client_terms_ref(targets->terms[i]);
			return YETT_OK;
		}
	trust = yett_arena_alloc(&targets->arena,
	    (upstream->trusts.count + 1) * sizeof(*trust));
	if (trust == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < upstream->trusts.count; i++)
		trust[i] = yett_generation_trust(gen,
		    upstream->trusts.index[i]);
	declared.trust = trust;
	return yett_client_terms_open(out, &declared,
	    (int64_t)(yett_clock_wall() / YETT_NS_PER_S), fault);
}

/* Take the text apart, find the addresses. */
static enum yett_status
open_target(struct yett_targets *targets, const struct yett_targets_env *env,
    const struct yett_upstream *upstream, uint32_t index,
    struct yett_fault *fault)
{
	const struct yett_target_parts parts = {
		.text = upstream->target[index],
		.apps = env->apps,
		.terms = targets->terms[upstream->index],
		.server_name = upstream->name,
	};
	struct yett_target *target;
	enum yett_status status = yett_target_new(&target, &parts, fault);

	if (status != YETT_OK)
		return status;
	status = open_addresses(targets, env, target,
	    &targets->upstream[upstream->index].addresses[index], fault);
	yett_target_unref(&target);
	return status;
}

/* Trusts and keys that clients are judged by as well are told with those. */
static bool
was_told(const struct yett_findings *findings, const struct yett_fault *fault)
{
	for (uint32_t i = 0; i < findings->count; i++)
		if (yett_slice_eq(findings->at[i].message,
			yett_slice_of(fault->what)))
			return true;
	return false;
}

/* Add the error `fault` in target number `element` of `upstream`; 0: in what
 * holds for all of them. */
static void
blame(const struct yett_upstream *upstream, uint32_t element,
    const struct yett_fault *fault, struct yett_findings *findings)
{
	const struct yett_spot spot = {
		.place = upstream->place,
		.label = upstream->label,
		.field = "upstream",
		.element = element,
	};
	struct yett_finding *finding;

	if (element == 0 && was_told(findings, fault))
		return;
	finding = yett_finding_add(findings, YETT_SEVERITY_ERROR, "E502", &spot,
	    "%s", fault->what);
	yett_finding_help(findings, finding,
	    "`yett explain E502` tells what is looked at");
}

/* All targets of `upstream`, or up to the first that is wrong when nobody
 * wants to know of more. */
static enum yett_status
open_targets(struct yett_targets *targets, const struct yett_targets_env *env,
    const struct yett_upstream *upstream, struct yett_fault *fault)
{
	enum yett_status first = YETT_OK;

	for (uint32_t i = 0; i < upstream->count; i++) {
		struct yett_fault found = YETT_FAULT_NONE;
		enum yett_status status = open_target(targets, env, upstream, i,
		    &found);

		if (status == YETT_OK)
			continue;
		if (first == YETT_OK) {
			first = status;
			(void)yett_fail(fault, status, "%s", found.what);
		}
		if (env->findings == NULL || status == YETT_E_NOMEM ||
		    env->findings->errors >= WRONG_MOST)
			break;
		blame(upstream, i + 1, &found, env->findings);
	}
	return first;
}

static enum yett_status
open_upstream(struct yett_targets *targets, const struct yett_generation *gen,
    const struct yett_targets_env *env, const struct yett_upstream *upstream,
    struct yett_fault *fault)
{
	struct yett_upstream_targets *out = &targets->upstream[upstream->index];
	enum yett_status status;

	if (upstream->count == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "an upstream without any target");
	out->addresses = yett_arena_alloc(&targets->arena,
	    upstream->count * sizeof(struct yett_addresses *));
	if (out->addresses == NULL)
		return YETT_E_NOMEM;
	out->count = upstream->count;
	out->limits = upstream->limits;
	status = open_terms(targets, gen, env, upstream, fault);
	if (status == YETT_OK)
		status = open_targets(targets, env, upstream, fault);
	else if (env->findings != NULL && status != YETT_E_NOMEM)
		blame(upstream, 0, fault, env->findings);
	if (status != YETT_OK && upstream->place.file.at != NULL)
		yett_fault_where(fault, "%.*s:%u",
		    YETT_ARG(upstream->place.file), upstream->place.line);
	return status;
}

/* Room for all that `gen` names. */
static enum yett_status
allocate(struct yett_targets *targets, const struct yett_generation *gen)
{
	uint32_t count = yett_generation_upstream_count(gen);
	size_t total = 0;

	for (uint32_t i = 0; i < count; i++)
		total += yett_generation_upstream(gen, i)->count;
	targets->known_size = 1;
	while (targets->known_size <= 2 * total)
		targets->known_size *= 2;
	targets->upstream = yett_arena_alloc(&targets->arena,
	    count * sizeof(*targets->upstream));
	targets->terms = yett_arena_alloc(&targets->arena,
	    count * sizeof(struct yett_client_terms *));
	targets->known = calloc(targets->known_size,
	    sizeof(struct yett_addresses *));
	if (targets->upstream == NULL || targets->terms == NULL ||
	    targets->known == NULL)
		return YETT_E_NOMEM;
	targets->count = count;
	return YETT_OK;
}

/* Open all upstreams; of several that are wrong the first is the result. */
static enum yett_status
open_all(struct yett_targets *targets, const struct yett_generation *gen,
    const struct yett_targets_env *env, struct yett_fault *fault)
{
	enum yett_status first = YETT_OK;

	for (uint32_t i = 0; i < targets->count; i++) {
		struct yett_fault found = YETT_FAULT_NONE;
		enum yett_status status = open_upstream(targets, gen, env,
		    yett_generation_upstream(gen, i), &found);

		if (status == YETT_OK)
			continue;
		if (first == YETT_OK) {
			first = status;
			yett_fault_where(fault, "%s", found.where);
			(void)yett_fail(fault, status, "%s", found.what);
		}
		if (env->findings == NULL || status == YETT_E_NOMEM ||
		    env->findings->errors >= WRONG_MOST)
			break;
	}
	return first;
}

/* Say where limits are, before they are in force. */
static void
tell_limits(const struct yett_targets *targets)
{
	for (uint32_t i = 0; i < targets->count; i++) {
		const struct yett_upstream_targets *upstream =
		    &targets->upstream[i];

		for (uint32_t k = 0;
		     upstream->limits.connections > 0 && k < upstream->count;
		     k++)
			yett_addresses_limit(upstream->addresses[k]);
	}
}

enum yett_status
yett_targets_open(struct yett_targets **out, const struct yett_generation *gen,
    const struct yett_targets_env *env, struct yett_fault *fault)
{
	static _Atomic uint64_t last_id;
	struct yett_targets *targets = calloc(1, sizeof(*targets));
	enum yett_status status;

	if (targets == NULL)
		return YETT_E_NOMEM;
	targets->id = atomic_fetch_add(&last_id, 1) + 1;
	status = allocate(targets, gen);
	if (status == YETT_OK)
		status = open_all(targets, gen, env, fault);
	if (status != YETT_OK) {
		yett_targets_close(targets);
		return status;
	}
	tell_limits(targets);
	*out = targets;
	return YETT_OK;
}

void
yett_targets_close(struct yett_targets *targets)
{
	if (targets == NULL)
		return;
	for (size_t i = 0; targets->known != NULL && i < targets->known_size;
	     i++)
		yett_addresses_unref(&targets->known[i]);
	free(targets->known);
	for (uint32_t i = 0; i < targets->count; i++)
		yett_client_terms_unref(&targets->terms[i]);
	yett_arena_clear(&targets->arena);
	free(targets);
}

/* Which applications a program has is known once it starts; `yett run` has one.
 */
static void
review_apps(const struct yett_upstream *upstream,
    struct yett_findings *findings)
{
	for (uint32_t i = 0; i < upstream->count; i++) {
		struct yett_slice text = upstream->target[i];
		const struct yett_spot spot = { .place = upstream->place,
			.label = upstream->label,
			.field = "upstream",
			.element = upstream->count > 1 ? i + 1 : 0 };

		if (!yett_slice_starts_with(text, YETT_LIT("app:")) ||
		    yett_slice_eq(text, YETT_LIT("app:metrics")))
			continue;
		yett_finding_help(findings,
		    yett_finding_add(findings, YETT_SEVERITY_NOTE, "W226",
			&spot,
			"upstream \"%.*s\" is nothing that `yett run` has",
			YETT_ARG(text)),
		    "only a program that embeds the gateway can bring it; "
		    "`yett run` has \"app:metrics\"");
	}
}

/* Names that are none so far; those that the policy names twice, once each. */
static void
review_names(const struct yett_upstream *upstream,
    const struct yett_upstream_targets *opened, struct yett_findings *findings)
{
	const char *why;

	for (uint32_t i = 0; i < opened->count; i++) {
		const struct yett_spot spot = { .place = upstream->place,
			.label = upstream->label,
			.field = "upstream",
			.element = i + 1 };

		if (!yett_addresses_lacks(opened->addresses[i], &why))
			continue;
		yett_finding_help(findings,
		    yett_finding_add(findings, YETT_SEVERITY_WARNING, "W240",
			&spot, "%s", why),
		    "requests to it are answered with 503 until it has one; "
		    "all else runs");
	}
}

/* The upstream may refuse it, and we cannot know. */
static void
review_purpose(const struct yett_upstream *upstream,
    const struct yett_client_terms *terms, struct yett_findings *findings)
{
	const struct yett_spot spot = { .place = upstream->place,
		.label = upstream->label,
		.field = "upstream" };

	if (terms != NULL && yett_client_terms_show_another_purpose(terms))
		yett_finding_help(findings,
		    yett_finding_add(findings, YETT_SEVERITY_WARNING, "W243",
			&spot,
			"the certificate shown to the upstream is not for "
			"clients: its extended key usage lacks clientAuth"),
		    "have it issued for clients");
}

void
yett_targets_review(const struct yett_targets *targets,
    const struct yett_generation *gen, int64_t now,
    struct yett_findings *findings)
{
	for (uint32_t i = 0; i < targets->count; i++) {
		const struct yett_upstream *upstream =
		    yett_generation_upstream(gen, i);
		int64_t from, to;

		review_apps(upstream, findings);
		review_names(upstream, &targets->upstream[i], findings);
		if (targets->terms[i] != NULL &&
		    yett_client_terms_dates(targets->terms[i], &from, &to))
			yett_credentials_review_shown(
			    &(struct yett_spot){ .place = upstream->place,
				.label = upstream->label,
				.field = "upstream" },
			    upstream->key.cert, from, to, now, findings);
		review_purpose(upstream, targets->terms[i], findings);
	}
}

void
yett_targets_refresh(const struct yett_targets *targets, yett_resolve *resolve,
    bool (*is_stopped)(void *arg), void *arg)
{
	for (size_t i = 0; i < targets->known_size && !is_stopped(arg); i++)
		if (targets->known[i] != NULL)
			yett_addresses_refresh(targets->known[i], resolve);
}

bool
yett_targets_refresh_lacking(const struct yett_targets *targets,
    yett_resolve *resolve, bool (*is_stopped)(void *arg), void *arg)
{
	const char *why;
	bool lacks = false;

	for (size_t i = 0; i < targets->known_size && !is_stopped(arg); i++) {
		struct yett_addresses *addresses = targets->known[i];

		if (addresses == NULL || !yett_addresses_lacks(addresses, &why))
			continue;
		yett_addresses_refresh(addresses, resolve);
		lacks |= yett_addresses_lacks(addresses, &why);
	}
	return lacks;
}

void
yett_targets_tell(const struct yett_targets *targets)
{
	char quoted[512];
	const char *why;

	for (size_t i = 0; i < targets->known_size; i++)
		if (targets->known[i] != NULL &&
		    yett_addresses_lacks(targets->known[i], &why))
			yett_log(YETT_LOG_WARN, "upstream-unresolved",
			    "upstream=\"%s\" error=%s",
			    yett_addresses_target(targets->known[i])->text.at,
			    yett_log_quote(quoted, sizeof(quoted),
				yett_slice_of(why)));
}

bool
yett_targets_shown(const struct yett_targets *targets, uint32_t index,
    int64_t *from, int64_t *to)
{
	return targets->terms[index] != NULL &&
	    yett_client_terms_dates(targets->terms[index], from, to);
}

uint32_t
yett_targets_count(const struct yett_targets *targets, bool down)
{
	uint32_t count = 0;

	for (size_t i = 0; i < targets->known_size; i++)
		if (targets->known[i] != NULL)
			count += yett_addresses_count(targets->known[i], down);
	return count;
}

uint64_t
yett_targets_id(const struct yett_targets *targets)
{
	return targets->id;
}

const struct yett_upstream_targets *
yett_targets_of(const struct yett_targets *targets, uint32_t index)
{
	return &targets->upstream[index];
}
