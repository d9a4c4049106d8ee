/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/target.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

static void
target_free(struct yett_target *target)
{
	yett_client_terms_unref(&target->terms);
	free((void *)(uintptr_t)target->text.at);
	free((void *)(uintptr_t)target->host.at);
	free((void *)(uintptr_t)target->server_name.at);
	free(target);
}

/* Absent when memory is out. */
static struct yett_slice
copy(struct yett_slice text)
{
	char *memory = malloc(text.len + 1);

	if (memory == NULL)
		return YETT_SLICE_NONE;
	memcpy(memory, text.at, text.len);
	memory[text.len] = '\0';
	return (struct yett_slice){ memory, text.len };
}

/* One spelling per target: lower-case host, the port always there. */
static struct yett_slice
normal_text(const struct yett_target_text *parsed, struct yett_slice text)
{
	bool is_ipv6 = memchr(parsed->host.at, ':', parsed->host.len) != NULL;
	char buffer[sizeof("https://[]:65535") + 256];
	int len;

	if (parsed->kind != YETT_TARGET_TCP)
		return copy(text);
	len = snprintf(buffer, sizeof(buffer), "http%s://%s%.*s%s:%u",
	    parsed->is_tls ? "s" : "", is_ipv6 ? "[" : "",
	    YETT_ARG(parsed->host), is_ipv6 ? "]" : "", parsed->port);
	for (int i = 0; i < len; i++)
		buffer[i] = yett_lower(buffer[i]);
	return copy((struct yett_slice){ buffer, (size_t)len });
}

/* Two targets that differ in anything a connection depends on differ here. */
static enum yett_status
digest(struct yett_target *target)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_buf_append(&text, target->text);

	if (status == YETT_OK && target->terms != NULL)
		status = yett_buf_printf(&text, " %.*s ",
		    YETT_ARG(target->server_name));
	if (status == YETT_OK && target->terms != NULL)
		status = yett_buf_append(&text,
		    (struct yett_slice){
			(const char *)yett_client_terms_digest(target->terms),
			YETT_SHA256_LEN });
	if (status == YETT_OK)
		status = yett_sha256(yett_buf_slice(&text), target->scope);
	yett_buf_clear(&text);
	return status;
}

static enum yett_status
fill(struct yett_target *target, const struct yett_target_parts *parts,
    const struct yett_target_text *parsed, struct yett_fault *fault)
{
	target->kind = parsed->kind;
	target->port = parsed->port;
	target->text = normal_text(parsed, parts->text);
	target->host = copy(parsed->host);
	if (target->text.at == NULL || target->host.at == NULL)
		return YETT_E_NOMEM;
	if (parsed->is_tls) {
		target->terms = yett_client_terms_ref(parts->terms);
		target->server_name = copy(parts->server_name.at != NULL
			? parts->server_name
			: parsed->host);
		if (target->server_name.at == NULL)
			return YETT_E_NOMEM;
	}
	if (parsed->kind == YETT_TARGET_APP && parts->apps != NULL) {
		target->app = yett_apps_find(parts->apps, parsed->host);
		if (target->app == NULL)
			return yett_fail(fault, YETT_E_POLICY,
			    "upstream \"%.*s\": this program has no "
			    "application of that name",
			    YETT_ARG(parts->text));
	}
	return digest(target);
}

enum yett_status
yett_target_new(struct yett_target **out, const struct yett_target_parts *parts,
    struct yett_fault *fault)
{
	struct yett_target_text parsed;
	enum yett_status status = yett_target_parse(&parsed, parts->text,
	    fault);
	struct yett_target *target;

	if (status != YETT_OK)
		return status;
	target = calloc(1, sizeof(*target));
	if (target == NULL)
		return YETT_E_NOMEM;
	atomic_init(&target->refs, 1);
	status = fill(target, parts, &parsed, fault);
	if (status != YETT_OK) {
		target_free(target);
		return status;
	}
	*out = target;
	return YETT_OK;
}

struct yett_target *
yett_target_ref(struct yett_target *target)
{
	atomic_fetch_add_explicit(&target->refs, 1, memory_order_relaxed);
	return target;
}

void
yett_target_unref(struct yett_target **target)
{
	struct yett_target *taken = *target;

	*target = NULL;
	if (taken != NULL &&
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) ==
		1)
		target_free(taken);
}
