/* SPDX-License-Identifier: Apache-2.0 */
#include "script/compile_rule.h"
#include "script/fields.h"

static uint32_t
find_trust(const struct yett_compile *compile, struct yett_slice name)
{
	const struct yett_policy_source *source = compile->source;

	for (uint32_t i = 0; i < source->trust_count; i++)
		if (yett_slice_eq(source->trust[i], name))
			return i;
	return (
	    uint32_t)luaL_error(compile->L, "no trust named \"%s\"", name.at);
}

/* Insert `index` into the ascending set, once. */
static void
add_to_set(uint32_t *set, uint32_t *count, uint32_t index)
{
	uint32_t at = *count;

	for (uint32_t i = 0; i < *count; i++)
		if (set[i] == index)
			return;
	for (; at > 0 && set[at - 1] > index; at--)
		set[at] = set[at - 1];
	set[at] = index;
	(*count)++;
}

static struct yett_trust_set
read_trusts(const struct yett_compile *compile)
{
	uint32_t names, count = 0;
	const struct yett_slice *name = yett_field_list(compile->L,
	    compile->arena, "trust", &names);
	uint32_t *set = yett_field_alloc(compile->L, compile->arena,
	    names * sizeof(*set));

	for (uint32_t i = 0; i < names; i++)
		add_to_set(set, &count, find_trust(compile, name[i]));
	return (struct yett_trust_set){ set, count };
}

static const struct yett_identity *
read_identity(const struct yett_compile *compile)
{
	static const char *const kinds[YETT_IDENTITY_KINDS] = {
		[YETT_IDENTITY_DNS] = "dns",
		[YETT_IDENTITY_EMAIL] = "email",
		[YETT_IDENTITY_URI] = "uri",
		[YETT_IDENTITY_SPIFFE] = "spiffe",
		[YETT_IDENTITY_SUBJECT] = "subject",
		[YETT_IDENTITY_FINGERPRINT] = "fingerprint",
	};
	lua_State *L = compile->L;
	struct yett_identity *identity;
	uint32_t unused;

	if (!yett_field_enter(L, "identity", &unused))
		return NULL;
	identity = yett_field_alloc(L, compile->arena, sizeof(*identity));
	for (int i = 0; i < YETT_IDENTITY_KINDS; i++)
		identity->list[i].glob = yett_field_list(L, compile->arena,
		    kinds[i], &identity->list[i].count);
	lua_pop(L, 1);
	return identity;
}

static void
read_headers(const struct yett_compile *compile, struct yett_late *late)
{
	lua_State *L = compile->L;
	uint32_t count;

	if (!yett_field_enter(L, "headers", &count))
		return;
	late->header = yett_field_alloc(L, compile->arena,
	    count * sizeof(*late->header));
	late->header_count = count;
	for (uint32_t i = 0; i < count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		late->header[i].name = yett_field_text(L, compile->arena,
		    "name");
		late->header[i].value = yett_field_text(L, compile->arena,
		    "value");
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* The text field `name`, or `absent`. */
static struct yett_slice
text_or(const struct yett_compile *compile, const char *name,
    struct yett_slice absent)
{
	struct yett_slice text = yett_field_text(compile->L, compile->arena,
	    name);

	return text.at != NULL ? text : absent;
}

static const struct yett_late *
read_late(const struct yett_compile *compile, const struct yett_late *inherited)
{
	static const char *const ways[] = { "auto", "always", "never", "reset",
		NULL };
	static const char title[] = "Send the request again";
	static const char detail[] =
	    "This connection cannot ask for the client certificate that the "
	    "request needs. A new one will.";
	static const struct yett_late learning = { .status = 421,
		.title = { title, sizeof(title) - 1 },
		.detail = { detail, sizeof(detail) - 1 } };
	const struct yett_late *usual = yett_late_default();
	lua_State *L = compile->L;
	struct yett_late *late;
	uint32_t unused;

	if (!yett_field_enter(L, "late", &unused))
		return inherited;
	late = yett_field_alloc(L, compile->arena, sizeof(*late));
	late->redirect = yett_field_text(L, compile->arena, "redirect");
	late->learn = (uint32_t)yett_field_number(L, "learn", 0);
	if (late->learn > 0)
		usual = &learning;
	late->status = (uint32_t)yett_field_number(L, "status", usual->status);
	/* Nothing is wrong with a request that is only sent elsewhere. */
	late->hresult = (uint32_t)yett_field_number(L, "hresult",
	    late->redirect.at != NULL ? 0 : usual->hresult);
	late->title = text_or(compile, "title", usual->title);
	late->detail = text_or(compile, "detail", usual->detail);
	late->type = text_or(compile, "type", usual->type);
	late->body = text_or(compile, "body", usual->body);
	late->close = (enum yett_close)yett_field_choice(L, "close", ways,
	    YETT_CLOSE_AUTO);
	read_headers(compile, late);
	lua_pop(L, 1);
	return late;
}

static void
push_part(luaL_Buffer *name, struct yett_slice part)
{
	luaL_addlstring(name, part.at != NULL ? part.at : "", part.len);
	luaL_addchar(name, '\n');
}

/* Push one string that names `upstream`: equal declarations have equal names,
 * for no text of one has a newline. */
static void
push_name(lua_State *L, const struct yett_upstream *upstream)
{
	luaL_Buffer name;

	luaL_buffinit(L, &name);
	for (uint32_t i = 0; i < upstream->count; i++)
		push_part(&name, upstream->target[i]);
	luaL_addchar(&name, '\n');
	push_part(&name, upstream->key.cert);
	push_part(&name, upstream->key.key);
	push_part(&name, upstream->name);
	luaL_addlstring(&name, (const char *)&upstream->limits,
	    sizeof(upstream->limits));
	luaL_addlstring(&name, (const char *)upstream->trusts.index,
	    upstream->trusts.count * sizeof(*upstream->trusts.index));
	luaL_pushresult(&name);
}

/* The table on top: targets, and what holds for the https ones. */
static void
read_targets(const struct yett_compile *compile, struct yett_upstream *read)
{
	static const char *const observed[] = { "connections", "answers",
		NULL };
	lua_State *L = compile->L;
	uint32_t unused;

	read->target = yett_field_list(L, compile->arena, "targets",
	    &read->count);
	read->trusts = read_trusts(compile);
	read->name = yett_field_text(L, compile->arena, "name");
	read->limits = YETT_LINK_LIMITS;
	read->limits.connections = (uint32_t)yett_field_number(L, "connections",
	    read->limits.connections);
	read->limits.idle = (uint32_t)yett_field_number(L, "idle_connections",
	    read->limits.idle);
	read->limits.idle_ms = (uint32_t)yett_field_number(L, "idle",
	    read->limits.idle_ms);
	read->limits.observe = (enum yett_observe)yett_field_choice(L,
	    "observe", observed, read->limits.observe);
	if (!yett_field_enter(L, "key", &unused))
		return;
	read->key.cert = yett_compile_path(compile,
	    yett_field_text(L, compile->arena, "cert"));
	read->key.key = yett_compile_path(compile,
	    yett_field_text(L, compile->arena, "key"));
	lua_pop(L, 1);
}

static const struct yett_upstream *
read_upstream(const struct yett_compile *compile, const struct yett_rule *rule,
    const struct yett_upstream *inherited)
{
	struct yett_upstream read = { 0 }, *upstream;
	lua_State *L = compile->L;
	uint32_t unused;

	if (!yett_field_enter(L, "upstream", &unused))
		return inherited;
	read_targets(compile, &read);
	lua_pop(L, 1);
	push_name(L, &read);
	lua_pushvalue(L, -1);
	lua_rawget(L, compile->upstreams);
	upstream = lua_touserdata(L, -1);
	lua_pop(L, 1);
	if (upstream == NULL) {
		upstream = yett_field_alloc(L, compile->arena,
		    sizeof(*upstream));
		*upstream = read;
		upstream->label = rule->label;
		upstream->place = rule->place;
		yett_compile_must(compile,
		    yett_draft_add_upstream(compile->draft, upstream,
			compile->fault));
		lua_pushvalue(L, -1);
		lua_pushlightuserdata(L, upstream);
		lua_rawset(L, compile->upstreams);
	}
	lua_pop(L, 1);
	return upstream;
}

static struct yett_forward
read_forward(const struct yett_compile *compile, struct yett_forward inherited)
{
	static const char *const forms[] = { "none", "rfc9440", "xfcc", "arr",
		"nginx", NULL };
	lua_State *L = compile->L;
	struct yett_forward forward = { 0 };
	uint32_t unused;

	if (!yett_field_enter(L, "forward", &unused))
		return inherited;
	forward.client_cert = (enum yett_forward_cert)yett_field_choice(L,
	    "client_cert", forms, YETT_FORWARD_RFC9440);
	forward.chain = yett_field_flag(L, "chain");
	forward.proxy = yett_field_flag(L, "proxy_protocol");
	lua_pop(L, 1);
	return forward;
}

/* The number `name` of the table `outer`, or `absent`. */
static uint64_t
read_inner(lua_State *L, const char *outer, const char *name, uint64_t absent)
{
	uint32_t unused;

	if (!yett_field_enter(L, outer, &unused))
		return absent;
	absent = yett_field_number(L, name, absent);
	lua_pop(L, 1);
	return absent;
}

static bool
has_field(lua_State *L, const char *name)
{
	bool has = lua_getfield(L, -1, name) != LUA_TNIL;

	lua_pop(L, 1);
	return has;
}

struct yett_sayings
yett_compile_sayings(const struct yett_compile *compile, const char *name)
{
	lua_State *L = compile->L;
	struct yett_sayings says = { NULL, 0 };

	if (!yett_field_enter(L, name, &says.count))
		return says;
	says.set = yett_field_alloc(L, compile->arena,
	    says.count * sizeof(*says.set));
	for (uint32_t i = 0; i < says.count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		says.set[i] = read_trusts(compile);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
	return says;
}

static uint64_t
read_shadow(lua_State *L)
{
	uint64_t until;
	uint32_t unused;

	if (!yett_field_enter(L, "shadow", &unused))
		return 0;
	until = has_field(L, "before") ? yett_field_number(L, "seconds", 0)
				       : YETT_SHADOW_ALWAYS;
	lua_pop(L, 1);
	return until;
}

/* The rest of the clients that `share` is not for. */
static uint32_t
read_spared(lua_State *L)
{
	uint32_t spared, unused;

	if (!yett_field_enter(L, "share", &unused))
		return 0;
	spared = 100 - (uint32_t)yett_field_number(L, "percent", 100);
	lua_pop(L, 1);
	return spared;
}

/* Change what paths keep by the field `name`, which says whether `part` is. */
static void
read_escape(lua_State *L, const char *name, unsigned part, unsigned *keeps)
{
	static const char *const ways[] = { "refuse", "keep", NULL };

	if (yett_field_choice(L, name, ways, (*keeps & part) != 0) != 0)
		*keeps |= part;
	else
		*keeps &= ~part;
}

/* What paths may have that is read in several ways. */
static unsigned
read_keeps(lua_State *L, unsigned inherited)
{
	unsigned keeps = inherited;

	read_escape(L, "encoded_slash", YETT_PATH_SLASH, &keeps);
	read_escape(L, "encoded_backslash", YETT_PATH_BACKSLASH, &keeps);
	if (!has_field(L, "merge_slashes"))
		return keeps;
	return yett_field_flag(L, "merge_slashes") ? keeps & ~YETT_PATH_RUN
						   : keeps | YETT_PATH_RUN;
}

static void
read_keep_fields(const struct yett_compile *compile, struct yett_rule *rule,
    const struct yett_rule *from)
{
	rule->keep_field = from->keep_field;
	rule->keep_field_count = from->keep_field_count;
	if (has_field(compile->L, "keep_fields"))
		rule->keep_field = yett_field_list(compile->L, compile->arena,
		    "keep_fields", &rule->keep_field_count);
}

void
yett_compile_rule(struct yett_compile *compile, struct yett_rule *rule,
    const struct yett_rule *site)
{
	/* A verified identity is told unless the policy says not to. */
	static const struct yett_rule nothing = { .need = YETT_NEED_NONE,
		.forward = { .client_cert = YETT_FORWARD_RFC9440 },
		.upgrade = YETT_UPGRADE_WEBSOCKET,
		.body_limit = YETT_AS_GATEWAY,
		.rate = YETT_AS_GATEWAY,
		.answer_timeout = YETT_AS_GATEWAY,
		.stall_timeout = YETT_AS_GATEWAY,
		.tunnel_timeout = YETT_AS_GATEWAY };
	static const char *const upgrades[] = { "none", "websocket", "any",
		NULL };
	static const char *const closes[] = { "cancel", "ignore", NULL };
	static const char *const needs[] = { "none", "request", "require",
		NULL };
	static const char *const ways[] = { "", "refuse", "allow", NULL };
	const struct yett_rule *from = site != NULL ? site : &nothing;
	lua_State *L = compile->L;

	rule->need = (enum yett_need)yett_field_choice(L, "certificate", needs,
	    from->need);
	rule->trusts = has_field(L, "trust") ? read_trusts(compile)
					     : from->trusts;
	rule->identity = read_identity(compile);
	rule->late = read_late(compile, from->late);
	rule->upstream = read_upstream(compile, rule, from->upstream);
	rule->forward = read_forward(compile, from->forward);
	rule->upgrade = (enum yett_upgrade)yett_field_choice(L, "upgrade",
	    upgrades, from->upgrade);
	rule->client_close = (enum yett_client_close)yett_field_choice(L,
	    "client_close", closes, from->client_close);
	rule->body_limit = read_inner(L, "limits", "body", from->body_limit);
	rule->rate = read_inner(L, "limits", "rate", from->rate);
	rule->answer_timeout = read_inner(L, "timeouts", "answer",
	    from->answer_timeout);
	rule->stall_timeout = read_inner(L, "timeouts", "stall",
	    from->stall_timeout);
	rule->tunnel_timeout = read_inner(L, "timeouts", "tunnel",
	    from->tunnel_timeout);
	rule->why = yett_field_text(L, compile->arena, "why");
	rule->tell = yett_field_flag(L, "tell");
	rule->preflight = (enum yett_preflight)yett_field_choice(L, "preflight",
	    ways, from->preflight);
	rule->keeps = read_keeps(L, from->keeps);
	read_keep_fields(compile, rule, from);
	rule->shadow = read_shadow(L);
	rule->spared = read_spared(L);
}
