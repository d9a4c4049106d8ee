/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/diff_settings.h"

#include "http/path.h"
#include "policy/matcher.h"
#include "policy/trust_set.h"

static void
note(struct yett_diff_settings *out, bool same, const char *name)
{
	if (!same && out->count < YETT_DIFF_SETTINGS_MOST)
		out->name[out->count++] = name;
}

/* --- rules --- */

static bool
same_key(const struct yett_key *a, const struct yett_key *b)
{
	return yett_slice_eq(a->cert, b->cert) &&
	    yett_slice_eq(a->key, b->key) && yett_slice_eq(a->ocsp, b->ocsp);
}

static bool
same_upstream(const struct yett_generation *old_gen,
    const struct yett_upstream *old, const struct yett_generation *new_gen,
    const struct yett_upstream *now)
{
	if (old == NULL || now == NULL)
		return old == now;
	return yett_slices_eq(old->target, old->count, now->target,
		   now->count) &&
	    yett_trust_sets_eq(old_gen, &old->trusts, new_gen, &now->trusts) &&
	    same_key(&old->key, &now->key) &&
	    yett_slice_eq(old->name, now->name) &&
	    old->limits.connections == now->limits.connections &&
	    old->limits.idle == now->limits.idle &&
	    old->limits.idle_ms == now->limits.idle_ms &&
	    old->limits.observe == now->limits.observe;
}

static bool
same_headers(const struct yett_late *a, const struct yett_late *b)
{
	if (a->header_count != b->header_count)
		return false;
	for (uint32_t i = 0; i < a->header_count; i++)
		if (!yett_slice_eq(a->header[i].name, b->header[i].name) ||
		    !yett_slice_eq(a->header[i].value, b->header[i].value))
			return false;
	return true;
}

static bool
same_late(const struct yett_late *a, const struct yett_late *b)
{
	if (a == NULL)
		a = yett_late_default();
	if (b == NULL)
		b = yett_late_default();
	return a->status == b->status && a->hresult == b->hresult &&
	    a->close == b->close && a->learn == b->learn &&
	    yett_slice_eq(a->title, b->title) &&
	    yett_slice_eq(a->detail, b->detail) &&
	    yett_slice_eq(a->type, b->type) &&
	    yett_slice_eq(a->body, b->body) &&
	    yett_slice_eq(a->redirect, b->redirect) && same_headers(a, b);
}

void
yett_diff_settings_rule(const struct yett_generation *old_gen,
    const struct yett_rule *old, const struct yett_generation *new_gen,
    const struct yett_rule *now, struct yett_diff_settings *out)
{
	const struct yett_forward *a = &old->forward, *b = &now->forward;

	out->count = 0;
	note(out, same_upstream(old_gen, old->upstream, new_gen, now->upstream),
	    "upstream");
	note(out,
	    a->client_cert == b->client_cert && a->chain == b->chain &&
		a->proxy == b->proxy,
	    "forward");
	note(out, old->upgrade == now->upgrade, "upgrade");
	note(out, old->client_close == now->client_close, "client_close");
	note(out, old->body_limit == now->body_limit && old->rate == now->rate,
	    "limits");
	note(out,
	    old->answer_timeout == now->answer_timeout &&
		old->stall_timeout == now->stall_timeout &&
		old->tunnel_timeout == now->tunnel_timeout,
	    "timeouts");
	note(out, ((old->keeps ^ now->keeps) & YETT_PATH_RUN) == 0,
	    "merge_slashes");
	note(out,
	    yett_slices_eq(old->keep_field, old->keep_field_count,
		now->keep_field, now->keep_field_count),
	    "keep_fields");
	note(out, same_late(old->late, now->late), "late");
	note(out, yett_slice_eq(old->why, now->why) && old->tell == now->tell,
	    "why");
}

/* --- sites and the gateway --- */

static bool
same_keys(const struct yett_site *a, const struct yett_site *b)
{
	if (a->key_count != b->key_count)
		return false;
	for (uint32_t i = 0; i < a->key_count; i++)
		if (!same_key(&a->key[i], &b->key[i]))
			return false;
	return true;
}

void
yett_diff_settings_site(const struct yett_site *old,
    const struct yett_site *now, struct yett_diff_settings *out)
{
	note(out, same_keys(old, now), "key");
	note(out, yett_slice_eq(old->priority, now->priority), "tls_priority");
	note(out, old->http2 == now->http2, "http2");
}

static bool
same_proxies(const struct yett_cidr_set *a, const struct yett_cidr_set *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return yett_cidr_set_eq(a, b);
}

static bool
same_listens(const struct yett_generation *old,
    const struct yett_generation *now)
{
	uint32_t count = yett_generation_listen_count(old);

	if (count != yett_generation_listen_count(now))
		return false;
	for (uint32_t i = 0; i < count; i++) {
		const struct yett_listen *a = yett_generation_listen(old, i);
		const struct yett_listen *b = yett_generation_listen(now, i);

		if (!yett_slice_eq(a->fd, b->fd) ||
		    !yett_slice_eq(a->address, b->address) ||
		    a->port != b->port || a->redirects != b->redirects ||
		    a->redirect_port != b->redirect_port ||
		    !same_proxies(a->proxies, b->proxies))
			return false;
	}
	return true;
}

static bool
same_limits(const struct yett_settings *a, const struct yett_settings *b)
{
	return a->limits.head == b->limits.head &&
	    a->limits.fields == b->limits.fields &&
	    a->limits.uri == b->limits.uri &&
	    a->limits.body == b->limits.body &&
	    a->limits.rate == b->limits.rate &&
	    a->limits.connections == b->limits.connections &&
	    a->limits.connections_per_address ==
	    b->limits.connections_per_address &&
	    a->limits.choosing_per_address == b->limits.choosing_per_address &&
	    a->limits.requests_per_connection ==
	    b->limits.requests_per_connection &&
	    a->limits.streams == b->limits.streams &&
	    a->limits.memory == b->limits.memory &&
	    a->limits.instructions == b->limits.instructions;
}

static bool
same_log(const struct yett_settings *a, const struct yett_settings *b)
{
	return yett_slice_eq(a->log.access, b->log.access) &&
	    a->log.format == b->log.format &&
	    yett_slice_eq(a->log.record, b->log.record) &&
	    a->log.record_size == b->log.record_size &&
	    a->log.record_files == b->log.record_files &&
	    a->log.mask == b->log.mask;
}

void
yett_diff_settings_gateway(const struct yett_generation *old,
    const struct yett_generation *now, struct yett_diff_settings *out)
{
	const struct yett_settings *a = yett_generation_settings(old);
	const struct yett_settings *b = yett_generation_settings(now);

	out->count = 0;
	note(out, same_listens(old, now), "listen");
	note(out, a->workers == b->workers, "workers");
	note(out, a->follow == b->follow, "follow");
	note(out, same_limits(a, b), "limits");
	/* Numbers of one size: there is nothing between them. */
	note(out, memcmp(&a->timeouts, &b->timeouts, sizeof(a->timeouts)) == 0,
	    "timeouts");
	note(out,
	    a->tickets.off == b->tickets.off &&
		a->tickets.rotate == b->tickets.rotate &&
		yett_slice_eq(a->tickets.keys, b->tickets.keys),
	    "tickets");
	note(out, same_log(a, b), "log");
}

bool
yett_diff_settings_has(const struct yett_diff_settings *settings_differ,
    const char *name)
{
	for (uint32_t i = 0; i < settings_differ->count; i++)
		if (strcmp(settings_differ->name[i], name) == 0)
			return true;
	return false;
}
