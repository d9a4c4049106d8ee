/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/target.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_PORT 80

struct yett_targets {
	struct yett_arena arena;
	struct yett_upstream_targets *upstream;
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

	*port = DEFAULT_PORT;
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
	struct yett_target_text parsed = { .kind = YETT_TARGET_TCP };

	if (!take_host(&rest, &parsed.host))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": no host name or address stands behind "
		    "\"http://\"",
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

	if (skip(&rest, YETT_LIT("http://")))
		return parse_http(out, text, rest, fault);
	if (skip(&rest, YETT_LIT("https://")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": https upstreams are not supported yet",
		    YETT_ARG(text));
	if (skip(&rest, YETT_LIT("app:"))) {
		*out = (struct yett_target_text){ YETT_TARGET_APP, rest, 0 };
		return YETT_OK;
	}
	if (!skip(&rest, YETT_LIT("unix:")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\" is none of \"http://HOST:PORT\", "
		    "\"unix:/PATH\", \"app:NAME\"",
		    YETT_ARG(text));
	if (!yett_slice_starts_with(rest, YETT_LIT("/")))
		return yett_fail(fault, YETT_E_POLICY,
		    "upstream \"%.*s\": the path of a unix socket starts with "
		    "\"/\"",
		    YETT_ARG(text));
	if (yett_address_of_path(&address, rest, fault) != YETT_OK)
		return YETT_E_POLICY;
	*out = (struct yett_target_text){ YETT_TARGET_UNIX, rest, 0 };
	return YETT_OK;
}

/* One spelling per target: lower-case host, the port always there. */
static struct yett_slice
normal_text(struct yett_arena *arena, const struct yett_target_text *parsed,
    struct yett_slice text)
{
	bool is_ipv6 = memchr(parsed->host.at, ':', parsed->host.len) != NULL;
	char buffer[sizeof("http://[]:65535") + 256];
	int len;

	if (parsed->kind != YETT_TARGET_TCP)
		return yett_arena_copy(arena, text);
	len = snprintf(buffer, sizeof(buffer), "http://%s%.*s%s:%u",
	    is_ipv6 ? "[" : "", YETT_ARG(parsed->host), is_ipv6 ? "]" : "",
	    parsed->port);
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

static enum yett_status
open_target(struct yett_target *target, struct yett_arena *arena,
    struct yett_slice text, const struct yett_apps *apps,
    struct yett_fault *fault)
{
	struct yett_target_text parsed;
	enum yett_status status = yett_target_parse(&parsed, text, fault);

	if (status != YETT_OK)
		return status;
	target->kind = parsed.kind;
	target->text = normal_text(arena, &parsed, text);
	if (target->text.at == NULL)
		return YETT_E_NOMEM;
	target->hash = hash_of(target->text);
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

static enum yett_status
open_upstream(struct yett_targets *targets,
    const struct yett_upstream *upstream, const struct yett_apps *apps,
    struct yett_fault *fault)
{
	struct yett_upstream_targets *out = &targets->upstream[upstream->index];
	enum yett_status status = YETT_OK;

	if (upstream->count == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "an upstream without any target");
	out->target = yett_arena_alloc(&targets->arena,
	    upstream->count * sizeof(*out->target));
	if (out->target == NULL)
		return YETT_E_NOMEM;
	out->count = upstream->count;
	for (uint32_t i = 0; i < upstream->count && status == YETT_OK; i++)
		status = open_target(&out->target[i], &targets->arena,
		    upstream->target[i], apps, fault);
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
	if (targets->upstream == NULL)
		goto fail;
	for (uint32_t i = 0; i < count; i++) {
		status = open_upstream(targets,
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
	yett_arena_clear(&targets->arena);
	free(targets);
}

const struct yett_upstream_targets *
yett_targets_of(const struct yett_targets *targets, uint32_t index)
{
	return &targets->upstream[index];
}
