/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/target.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "tls/credentials_review.h"

struct yett_targets {
	struct yett_arena arena;
	struct yett_upstream_targets *upstream;
	/* By upstream; NULL where no https target is. Counted. */
	struct yett_client_terms **terms;
	uint32_t count;
};

/* Takes `start` off the front of `text`, if it is there. */
static bool
skip(struct yett_slice *text, struct yett_slice start)
{
	if (!yett_slice_starts_with(*text, start))
		return false;
	text->at += start.len;
	text->len -= start.len;
	return true;
}

static bool
is_host_char(char c)
{
	c = yett_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
	    c == '-' || c == '_';
}

/* Takes "name" or "[::1]" off the front; false when there is none. */
static bool
take_host(struct yett_slice *text, struct yett_slice *host)
{
	size_t len = 0;

	if (skip(text, YETT_LIT("["))) {
		const char *end = memchr(text->at, ']', text->len);
		struct yett_address address;

		if (end == NULL)
			return false;
		len = (size_t)(end - text->at);
		*host = (struct yett_slice){ text->at, len };
		text->at += len + 1;
		text->len -= len + 1;
		return memchr(host->at, ':', len) != NULL &&
		    yett_address_parse(&address, *host, 0, NULL) == YETT_OK;
	}
	while (len < text->len && is_host_char(text->at[len]))
		len++;
	*host = (struct yett_slice){ text->at, len };
	text->at += len;
	text->len -= len;
	return len > 0 && len <= 253;
}

/* Takes ":80" off the front, if a colon is there; false: not a port. */
static bool
take_port(struct yett_slice *text, uint16_t *port)
{
	uint32_t value = 0;
	size_t len = 0;

	if (!skip(text, YETT_LIT(":")))
		return true;
	while (len < text->len && len < 6 && text->at[len] >= '0' &&
	    text->at[len] <= '9')
		value = value * 10 + (uint32_t)(text->at[len++] - '0');
	text->at += len;
	text->len -= len;
	*port = (uint16_t)value;
	return value >= 1 && value <= UINT16_MAX;
}

static enum yett_status
parse_http(struct yett_target_text *out, struct yett_slice text,
    struct yett_slice rest, struct yett_fault *fault)
{
	bool is_tls = yett_slice_starts_with(text, YETT_LIT("https"));
	struct yett_target_text parsed = {
		.kind = YETT_TARGET_TCP,
		.port = is_tls ? 443 : 80,
		.is_tls = is_tls,
	};

	if (!take_host(&rest, &parsed.host))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": no host name or address stands behind "
		    "\"//\"",
		    YETT_ARG(text));
	if (!take_port(&rest, &parsed.port))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": a port is a number from 1 to 65535",
		    YETT_ARG(text));
	(void)skip(&rest, YETT_LIT("/"));
	if (rest.len > 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": \"%.*s\" is too much, an upstream is "
		    "\"http://HOST:PORT\"; the path comes from the request",
		    YETT_ARG(text), YETT_ARG(rest));
	*out = parsed;
	return YETT_OK;
}

enum yett_status
yett_target_parse(struct yett_target_text *out, struct yett_slice text,
    struct yett_fault *fault)
{
	struct yett_slice rest = text;
	struct yett_address address;

	if (skip(&rest, YETT_LIT("http://")) ||
	    skip(&rest, YETT_LIT("https://")))
		return parse_http(out, text, rest, fault);
	if (skip(&rest, YETT_LIT("app:"))) {
		*out = (struct yett_target_text){ .kind = YETT_TARGET_APP,
			.host = rest };
		return YETT_OK;
	}
	if (!skip(&rest, YETT_LIT("unix:")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\" is none of \"http://HOST:PORT\", "
		    "\"https://HOST:PORT\", \"unix:/PATH\", \"app:NAME\"",
		    YETT_ARG(text));
	if (!yett_slice_starts_with(rest, YETT_LIT("/")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": the path of a unix socket starts with "
		    "\"/\"",
		    YETT_ARG(text));
	if (yett_address_of_path(&address, rest, fault) != YETT_OK)
		return YETT_E_POLICY;
	*out = (struct yett_target_text){ .kind = YETT_TARGET_UNIX,
		.host = rest };
	return YETT_OK;
}

/* One spelling per target: lower-case host, the port always there. */
static struct yett_slice
normal_text(struct yett_arena *arena, const struct yett_target_text *parsed,
    struct yett_slice text)
{
	bool is_ipv6 = memchr(parsed->host.at, ':', parsed->host.len) != NULL;
	char buffer[sizeof("https://[]:65535") + 256];
	int len;

	if (parsed->kind != YETT_TARGET_TCP)
		return yett_arena_copy(arena, text);
	len = snprintf(buffer, sizeof(buffer), "http%s://%s%.*s%s:%u",
	    parsed->is_tls ? "s" : "", is_ipv6 ? "[" : "",
	    YETT_ARG(parsed->host), is_ipv6 ? "]" : "", parsed->port);
	for (int i = 0; i < len; i++)
		buffer[i] = yett_lower(buffer[i]);
	return yett_arena_copy(arena,
	    (struct yett_slice){ buffer, (size_t)len });
}

/* FNV-1a: the texts come from the policy's author, not from clients. */
static uint64_t
hash_of(struct yett_slice text)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.at[i]) *
		    UINT64_C(1099511628211);
	return hash;
}

/* The target's addresses: one of a unix socket, or those of a host. */
static enum yett_status
find_addresses(struct yett_target *target, struct yett_arena *arena,
    const struct yett_target_text *parsed, struct yett_fault *fault)
{
	struct yett_address found[YETT_TARGET_ADDRESSES];
	struct yett_address *kept;
	enum yett_status status;
	size_t count = 1;

	if (parsed->kind == YETT_TARGET_UNIX)
		status = yett_address_of_path(found, parsed->host, fault);
	else
		status = yett_address_resolve(found, YETT_TARGET_ADDRESSES,
		    &count, parsed->host, parsed->port, fault);
	if (status != YETT_OK)
		return status;
	kept = yett_arena_alloc(arena, count * sizeof(*kept));
	if (kept == NULL)
		return YETT_E_NOMEM;
	memcpy(kept, found, count * sizeof(*kept));
	target->address = kept;
	target->address_count = (uint32_t)count;
	return YETT_OK;
}

/* The names that lead to one target, and those that do not, are told apart by
 * all that a connection depends on. */
static enum yett_status
name_target(struct yett_target *target, struct yett_arena *arena)
{
	struct yett_buf key = { 0 };
	enum yett_status status = yett_buf_append(&key, target->text);

	if (status == YETT_OK && target->terms != NULL)
		status = yett_buf_printf(&key, " %.*s ",
		    YETT_ARG(target->server_name));
	if (status == YETT_OK && target->terms != NULL)
		status = yett_buf_append(&key,
		    (struct yett_slice){
			(const char *)yett_client_terms_digest(target->terms),
			YETT_SHA256_LEN });
	if (status == YETT_OK)
		status = yett_sha256(yett_buf_slice(&key), target->scope);
	if (status == YETT_OK) {
		target->key = yett_arena_copy(arena, yett_buf_slice(&key));
		target->hash = hash_of(target->key);
		status = target->key.at == NULL ? YETT_E_NOMEM : YETT_OK;
	}
	yett_buf_clear(&key);
	return status;
}

/* What of an upstream holds for all its targets. */
struct common {
	struct yett_arena *arena;
	const struct yett_apps *apps;
	const struct yett_client_terms *terms; /* NULL: none is https */
	struct yett_slice server_name;         /* absent: each its own */
};

static enum yett_status
open_target(struct yett_target *target, const struct common *common,
    struct yett_slice text, struct yett_fault *fault)
{
	const struct yett_apps *apps = common->apps;
	struct yett_arena *arena = common->arena;
	struct yett_target_text parsed;
	enum yett_status status = yett_target_parse(&parsed, text, fault);

	if (status != YETT_OK)
		return status;
	target->kind = parsed.kind;
	target->text = normal_text(arena, &parsed, text);
	if (target->text.at == NULL)
		return YETT_E_NOMEM;
	if (parsed.is_tls) {
		target->terms = common->terms;
		target->server_name = common->server_name.at != NULL
		    ? common->server_name
		    : yett_arena_copy(arena, parsed.host);
	}
	status = name_target(target, arena);
	if (status != YETT_OK)
		return status;
	if (parsed.kind != YETT_TARGET_APP)
		return find_addresses(target, arena, &parsed, fault);
	if (apps == NULL)
		return YETT_OK;
	target->app = yett_apps_find(apps, parsed.host);
	if (target->app == NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": this program has no application of "
		    "that name",
		    YETT_ARG(text));
	return YETT_OK;
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
    const struct yett_upstream *upstream, struct yett_fault *fault)
{
	struct yett_client_terms **out = &targets->terms[upstream->index];
	const struct yett_trust **trust;
	struct yett_client_declared declared = {
		.trust_count = upstream->trusts.count,
		.key = upstream->key.cert.at != NULL ? &upstream->key : NULL,
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

static enum yett_status
open_upstream(struct yett_targets *targets, const struct yett_generation *gen,
    const struct yett_upstream *upstream, const struct yett_apps *apps,
    struct yett_fault *fault)
{
	struct yett_upstream_targets *out = &targets->upstream[upstream->index];
	struct common common = {
		.arena = &targets->arena,
		.apps = apps,
	};
	enum yett_status status;

	if (upstream->count == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "an upstream without any target");
	out->target = yett_arena_alloc(&targets->arena,
	    upstream->count * sizeof(*out->target));
	if (out->target == NULL)
		return YETT_E_NOMEM;
	out->count = upstream->count;
	status = open_terms(targets, gen, upstream, fault);
	common.terms = targets->terms[upstream->index];
	if (upstream->name.at != NULL)
		common.server_name = yett_arena_copy(&targets->arena,
		    upstream->name);
	for (uint32_t i = 0; i < upstream->count && status == YETT_OK; i++)
		status = open_target(&out->target[i], &common,
		    upstream->target[i], fault);
	if (status != YETT_OK && upstream->place.file.at != NULL)
		yett_fault_where(fault, "%.*s:%u",
		    YETT_ARG(upstream->place.file), upstream->place.line);
	return status;
}

enum yett_status
yett_targets_open(struct yett_targets **out, const struct yett_generation *gen,
    const struct yett_apps *apps, struct yett_fault *fault)
{
	struct yett_targets *targets = calloc(1, sizeof(*targets));
	uint32_t count = yett_generation_upstream_count(gen);
	enum yett_status status = YETT_E_NOMEM;

	if (targets == NULL)
		return status;
	targets->upstream = yett_arena_alloc(&targets->arena,
	    count * sizeof(*targets->upstream));
	targets->terms = yett_arena_alloc(&targets->arena,
	    count * sizeof(struct yett_client_terms *));
	if (targets->upstream == NULL || targets->terms == NULL)
		goto fail;
	targets->count = count;
	for (uint32_t i = 0; i < count; i++) {
		status = open_upstream(targets, gen,
		    yett_generation_upstream(gen, i), apps, fault);
		if (status != YETT_OK)
			goto fail;
	}
	*out = targets;
	return YETT_OK;
fail:
	yett_targets_close(targets);
	return status;
}

void
yett_targets_close(struct yett_targets *targets)
{
	if (targets == NULL)
		return;
	for (uint32_t i = 0; i < targets->count; i++)
		yett_client_terms_unref(&targets->terms[i]);
	yett_arena_clear(&targets->arena);
	free(targets);
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

		if (targets->terms[i] != NULL &&
		    yett_client_terms_dates(targets->terms[i], &from, &to))
			yett_credentials_review_shown(
			    &(struct yett_spot){ .place = upstream->place,
				.label = upstream->label,
				.field = "upstream" },
			    upstream->key.cert, from, to, now, findings);
	}
}

const struct yett_upstream_targets *
yett_targets_of(const struct yett_targets *targets, uint32_t index)
{
	return &targets->upstream[index];
}
