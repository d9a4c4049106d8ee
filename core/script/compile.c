/* SPDX-License-Identifier: Apache-2.0 */
#include "script/compile.h"

#include "policy/facts.h"
#include "policy/matcher.h"
#include "script/compile_rule.h"
#include "script/fields.h"

/* A chain has at most 10 certificates: the leaf, these, and the anchor. */
#define USUAL_DEPTH 8

/* The draft's copy of a file name; they are few, places are many. */
static struct yett_slice
file_name(const struct yett_compile *compile, const char *name)
{
	for (uint32_t i = 0; i < compile->source->file_count; i++)
		if (strcmp(compile->file[i].at, name) == 0)
			return compile->file[i];
	return YETT_SLICE_NONE;
}

/* `where` of the table on top. */
static struct yett_place
place_of(const struct yett_compile *compile)
{
	lua_State *L = compile->L;
	struct yett_place place = { 0 };
	uint32_t unused;

	if (!yett_field_enter(L, "where", &unused))
		return place;
	if (lua_getfield(L, -1, "file") == LUA_TSTRING)
		place.file = file_name(compile, lua_tostring(L, -1));
	lua_pop(L, 1);
	place.line = (uint32_t)yett_field_number(L, "line", 0);
	place.column = (uint32_t)yett_field_number(L, "column", 0);
	lua_pop(L, 1);
	return place;
}

/* Copy the names of the source's files into the draft. */
static void
copy_file_names(struct yett_compile *compile)
{
	uint32_t count = compile->source->file_count;

	compile->file = yett_field_alloc(compile->L, compile->arena,
	    count * sizeof(*compile->file));
	for (uint32_t i = 0; i < count; i++)
		compile->file[i] = yett_field_copy(compile->L, compile->arena,
		    compile->source->file[i].name);
}

/* --- gateway {} --------------------------------------------------------- */

static void
read_number(lua_State *L, const char *name, uint32_t *number)
{
	*number = (uint32_t)yett_field_number(L, name, *number);
}

static void
read_limits(lua_State *L, struct yett_settings *settings)
{
	uint32_t unused;

	if (!yett_field_enter(L, "limits", &unused))
		return;
	read_number(L, "head", &settings->limits.head);
	read_number(L, "fields", &settings->limits.fields);
	read_number(L, "uri", &settings->limits.uri);
	settings->limits.body = yett_field_number(L, "body",
	    settings->limits.body);
	read_number(L, "rate", &settings->limits.rate);
	read_number(L, "connections", &settings->limits.connections);
	read_number(L, "connections_per_address",
	    &settings->limits.connections_per_address);
	read_number(L, "choosing_per_address",
	    &settings->limits.choosing_per_address);
	read_number(L, "requests_per_connection",
	    &settings->limits.requests_per_connection);
	read_number(L, "streams", &settings->limits.streams);
	read_number(L, "memory", &settings->limits.memory);
	read_number(L, "instructions", &settings->limits.instructions);
	lua_pop(L, 1);
}

static void
read_timeouts(lua_State *L, struct yett_settings *settings)
{
	uint32_t unused;

	if (!yett_field_enter(L, "timeouts", &unused))
		return;
	read_number(L, "handshake", &settings->timeouts.handshake);
	read_number(L, "certificate", &settings->timeouts.certificate);
	read_number(L, "head", &settings->timeouts.head);
	read_number(L, "body", &settings->timeouts.body);
	read_number(L, "idle", &settings->timeouts.idle);
	read_number(L, "connect", &settings->timeouts.connect);
	read_number(L, "answer", &settings->timeouts.answer);
	read_number(L, "stall", &settings->timeouts.stall);
	read_number(L, "resolve", &settings->timeouts.resolve);
	read_number(L, "tunnel", &settings->timeouts.tunnel);
	read_number(L, "drain_delay", &settings->timeouts.drain_delay);
	read_number(L, "drain", &settings->timeouts.drain);
	lua_pop(L, 1);
}

static void
read_tickets(const struct yett_compile *compile, struct yett_settings *settings)
{
	lua_State *L = compile->L;
	uint32_t unused;

	if (!yett_field_enter(L, "tickets", &unused))
		return;
	settings->tickets.off = yett_field_flag(L, "off");
	read_number(L, "rotate", &settings->tickets.rotate);
	settings->tickets.keys = yett_compile_path(compile,
	    yett_field_text(L, compile->arena, "keys"));
	lua_pop(L, 1);
}

/* The set of enum yett_fact that `mask` names. */
static uint32_t
read_mask(const struct yett_compile *compile)
{
	uint32_t count, mask = 0;
	struct yett_slice *names = yett_field_list(compile->L, compile->arena,
	    "mask", &count);

	for (uint32_t i = 0; i < count; i++)
		for (uint32_t fact = 1; fact <= YETT_FACT_IDENTITY; fact <<= 1)
			if (yett_slice_eq(names[i],
				yett_slice_of(yett_fact_name(fact))))
				mask |= fact;
	return mask;
}

static void
read_log(const struct yett_compile *compile, struct yett_settings *settings)
{
	static const char *const formats[] = { "json", "w3c", NULL };
	static const char *const certificates[] = { "full", "masked", "none",
		NULL };
	lua_State *L = compile->L;
	uint32_t unused;

	if (!yett_field_enter(L, "log", &unused))
		return;
	settings->log.access = yett_compile_path(compile,
	    yett_field_text(L, compile->arena, "access"));
	settings->log.format = (enum yett_access_format)yett_field_choice(L,
	    "format", formats, YETT_ACCESS_JSON);
	settings->log.record = yett_compile_path(compile,
	    yett_field_text(L, compile->arena, "record"));
	settings->log.record_size = yett_field_number(L, "record_size",
	    settings->log.record_size);
	read_number(L, "record_files", &settings->log.record_files);
	settings->log.mask = read_mask(compile);
	settings->log.certificate =
	    (enum yett_log_certificate)yett_field_choice(L, "certificate",
		certificates, YETT_LOG_CERTIFICATE_FULL);
	lua_pop(L, 1);
}

static void
read_gateway(const struct yett_compile *compile)
{
	struct yett_settings *settings = yett_draft_settings(compile->draft);
	lua_State *L = compile->L;
	uint32_t unused;

	if (yett_field_enter(L, "gateway", &unused)) {
		settings->place = place_of(compile);
		read_number(L, "workers", &settings->workers);
		settings->http2 = yett_field_flag_or(L, "http2", true);
		lua_getfield(L, -1, "follow");
		settings->follow = lua_isnil(L, -1) || lua_toboolean(L, -1);
		lua_pop(L, 1);
		read_limits(L, settings);
		read_timeouts(L, settings);
		read_tickets(compile, settings);
		read_log(compile, settings);
		lua_pop(L, 1);
	}
	compile->source->memory = settings->limits.memory;
	compile->source->instructions = settings->limits.instructions;
}

/* --- listen, trust -------------------------------------------------------- */

/* The sources of `proxy_protocol`, or NULL. */
static const struct yett_cidr_set *
read_proxies(const struct yett_compile *compile)
{
	lua_State *L = compile->L;
	struct yett_cidr_set *set;
	struct yett_slice *text;
	struct yett_cidr *cidr;
	uint32_t count;

	if (!yett_field_enter(L, "proxy_protocol", &count))
		return NULL;
	text = yett_field_list(L, compile->arena, "from", &count);
	set = yett_field_alloc(L, compile->arena, sizeof(*set));
	cidr = yett_field_alloc(L, compile->arena, count * sizeof(*cidr));
	for (uint32_t i = 0; i < count; i++)
		yett_compile_must(compile,
		    yett_cidr_parse(text[i], &cidr[i], compile->fault));
	yett_compile_must(compile,
	    yett_cidr_set_build(compile->arena, cidr, count, set));
	lua_pop(L, 1);
	return set;
}

static void
read_redirect(const struct yett_compile *compile, struct yett_listen *listen)
{
	uint32_t unused;

	listen->redirects = yett_field_enter(compile->L, "redirect", &unused);
	if (!listen->redirects)
		return;
	listen->redirect_port = (uint16_t)yett_field_number(compile->L, "port",
	    0);
	lua_pop(compile->L, 1);
}

static void
add_listen(struct yett_compile *compile, uint32_t index)
{
	lua_State *L = compile->L;
	struct yett_listen *listen = yett_field_alloc(L, compile->arena,
	    sizeof(*listen));

	(void)index; /* the draft counts listeners itself */
	listen->fd = yett_field_text(L, compile->arena, "fd");
	listen->address = yett_field_text(L, compile->arena, "address");
	listen->port = (uint16_t)yett_field_number(L, "port", 0);
	listen->proxies = read_proxies(compile);
	read_redirect(compile, listen);
	listen->place = place_of(compile);
	yett_compile_must(compile,
	    yett_draft_add_listen(compile->draft, listen, compile->fault));
}

static struct yett_slice *
absolute_list(const struct yett_compile *compile, const char *name,
    uint32_t *count)
{
	struct yett_slice *list = yett_field_list(compile->L, compile->arena,
	    name, count);

	for (uint32_t i = 0; i < *count; i++)
		list[i] = yett_compile_path(compile, list[i]);
	return list;
}

static void
add_trust(struct yett_compile *compile, uint32_t index)
{
	lua_State *L = compile->L;
	struct yett_trust *trust = yett_field_alloc(L, compile->arena,
	    sizeof(*trust));

	trust->name = yett_field_text(L, compile->arena, "name");
	trust->label = yett_field_text(L, compile->arena, "label");
	trust->ca = absolute_list(compile, "ca", &trust->ca_count);
	trust->crl = absolute_list(compile, "crl", &trust->crl_count);
	trust->depth = (uint32_t)yett_field_number(L, "depth", USUAL_DEPTH);
	trust->is_nameless = !yett_field_flag(L, "names");
	trust->rsa_bits = (uint32_t)yett_field_number(L, "rsa_bits", 0);
	trust->spiffe = yett_field_text(L, compile->arena, "spiffe");
	trust->place = place_of(compile);
	yett_compile_must(compile,
	    yett_draft_add_trust(compile->draft, trust, compile->fault));
	compile->source->trust[index] = yett_field_copy(L,
	    &compile->source->arena, trust->name);
}

/* --- site -------------------------------------------------------------- */

static void
read_keys(const struct yett_compile *compile, struct yett_site *site)
{
	lua_State *L = compile->L;

	if (!yett_field_enter(L, "keys", &site->key_count))
		return;
	site->key = yett_field_alloc(L, compile->arena,
	    site->key_count * sizeof(*site->key));
	for (uint32_t i = 0; i < site->key_count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		site->key[i].cert = yett_compile_path(compile,
		    yett_field_text(L, compile->arena, "cert"));
		site->key[i].key = yett_compile_path(compile,
		    yett_field_text(L, compile->arena, "key"));
		site->key[i].ocsp = yett_compile_path(compile,
		    yett_field_text(L, compile->arena, "ocsp"));
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* What is common to the rules of a name; shared by them, as in Lua. */
struct shape {
	enum yett_rule_kind kind;
	struct yett_slice pattern, label, file;
};

/* The compiled form of the shape on top, which remembers it. */
static const struct shape *
compile_shape(const struct yett_compile *compile)
{
	static const char *const kinds[] = { "path", "exact", "glob", NULL };
	lua_State *L = compile->L;
	struct shape *shape;

	lua_getfield(L, -1, "compiled");
	shape = lua_touserdata(L, -1);
	lua_pop(L, 1);
	if (shape != NULL)
		return shape;
	shape = yett_field_alloc(L, compile->arena, sizeof(*shape));
	shape->kind = (enum yett_rule_kind)yett_field_choice(L, "kind", kinds,
	    YETT_RULE_PATH);
	shape->pattern = yett_field_text(L, compile->arena, "pattern");
	shape->label = yett_field_text(L, compile->arena, "label");
	shape->file = yett_field_text(L, compile->arena, "file");
	lua_pushlightuserdata(L, shape);
	lua_setfield(L, -2, "compiled");
	return shape;
}

/* Kind, pattern, label and place of the rule on top. */
static void
read_shape(const struct yett_compile *compile, struct yett_rule *rule)
{
	lua_State *L = compile->L;
	const struct shape *shape;

	lua_getfield(L, -1, "shape");
	luaL_checktype(L, -1, LUA_TTABLE);
	shape = compile_shape(compile);
	lua_pop(L, 1);
	rule->kind = shape->kind;
	rule->pattern = shape->pattern;
	rule->label = shape->label;
	rule->place.file = shape->file;
	rule->place.line = (uint32_t)yett_field_number(L, "line", 0);
}

static void
read_rules(struct yett_compile *compile, struct yett_site *site)
{
	lua_State *L = compile->L;

	if (!yett_field_enter(L, "rules", &site->rule_count))
		return;
	site->rule = yett_field_alloc(L, compile->arena,
	    site->rule_count * sizeof(*site->rule));
	for (uint32_t i = 0; i < site->rule_count; i++) {
		struct yett_rule *rule = yett_field_alloc(L, compile->arena,
		    sizeof(*rule));

		site->rule[i] = rule;
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		read_shape(compile, rule);
		yett_compile_rule(compile, rule, &site->fallback);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* The ordinal of the site's function `name`, or -1. */
static int32_t
read_function(struct yett_compile *compile, const char *name)
{
	bool has = lua_getfield(compile->L, -1, name) == LUA_TFUNCTION;

	lua_pop(compile->L, 1);
	return has ? compile->functions++ : -1;
}

static void
add_site(struct yett_compile *compile, uint32_t index)
{
	static const char *const ways[] = { "auto", "never", "always", NULL };
	struct yett_source_site *kept = &compile->source->site[index];
	lua_State *L = compile->L;
	struct yett_site *site = yett_field_alloc(L, compile->arena,
	    sizeof(*site));

	site->name = yett_field_text(L, compile->arena, "name");
	read_keys(compile, site);
	site->priority = yett_field_text(L, compile->arena, "tls_priority");
	site->http2 = yett_field_flag_or(L, "http2",
	    yett_draft_settings(compile->draft)->http2);
	site->handshake = (enum yett_handshake)yett_field_choice(L, "handshake",
	    ways, YETT_HANDSHAKE_AUTO);
	site->ignore_case = yett_field_flag(L, "ignore_case");
	site->hello_function = read_function(compile, "client_hello");
	site->request_function = read_function(compile, "request");
	site->function_needs = yett_field_flag(L, "function_needs");
	site->hello_says = yett_compile_sayings(compile, "hello_says");
	site->request_says = yett_compile_sayings(compile, "request_says");
	site->fallback.label = yett_field_text(L, compile->arena, "label");
	site->fallback.place = place_of(compile);
	yett_compile_rule(compile, &site->fallback, NULL);
	site->fallback.pattern = yett_field_copy(L, compile->arena,
	    YETT_LIT("/"));
	site->label = site->fallback.label;
	site->place = site->fallback.place;
	read_rules(compile, site);
	kept->hello = site->hello_function >= 0;
	kept->request = site->request_function >= 0;
	if (kept->hello || kept->request)
		kept->label = yett_field_copy(L, &compile->source->arena,
		    site->label);
	yett_compile_must(compile,
	    yett_draft_add_site(compile->draft, site, compile->fault));
}

/* --- all of it ---------------------------------------------------------- */

/* Call `add` with each element of the list `name` on top. */
static void
each(struct yett_compile *compile, const char *name,
    void (*add)(struct yett_compile *compile, uint32_t index))
{
	lua_State *L = compile->L;
	uint32_t count;

	if (!yett_field_enter(L, name, &count))
		return;
	for (uint32_t i = 0; i < count; i++) {
		lua_rawgeti(L, -1, (lua_Integer)i + 1);
		add(compile, i);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* How many elements the list `name` has. */
static uint32_t
count_of(lua_State *L, const char *name)
{
	uint32_t count;

	if (!yett_field_enter(L, name, &count))
		return 0;
	lua_pop(L, 1);
	return count;
}

void
yett_compile(lua_State *L, struct yett_draft *draft,
    struct yett_policy_source *source, struct yett_fault *fault)
{
	struct yett_compile compile = {
		.L = L,
		.draft = draft,
		.source = source,
		.arena = yett_draft_arena(draft),
		.fault = fault,
	};

	luaL_checkstack(L, 32, NULL);
	lua_newtable(L);
	lua_insert(L, -2);
	compile.upstreams = lua_gettop(L) - 1;
	copy_file_names(&compile);
	source->trust = yett_field_alloc(L, &source->arena,
	    count_of(L, "trusts") * sizeof(*source->trust));
	source->trust_count = count_of(L, "trusts");
	source->site = yett_field_alloc(L, &source->arena,
	    count_of(L, "sites") * sizeof(*source->site));
	source->site_count = count_of(L, "sites");
	read_gateway(&compile);
	each(&compile, "listens", add_listen);
	each(&compile, "trusts", add_trust);
	each(&compile, "sites", add_site);
	source->function_count = (uint32_t)compile.functions;
	lua_remove(L, compile.upstreams);
}
