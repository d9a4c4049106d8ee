/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/check.h"

#include <stdio.h>

#include "base/plural.h"
#include "rollout/load.h"
#include "rollout/rollout.h"

/* A table that is told line by line. */
struct table {
	yett_text_sink sink;
	void *arg;
	struct yett_buf line;
};

static void
tell(struct table *table)
{
	struct yett_slice line = yett_buf_slice(&table->line);

	table->sink(table->arg, line.at, line.len);
	yett_buf_consume(&table->line, line.len);
}

static enum yett_status
put_trusts(struct yett_buf *line, const struct yett_generation *gen,
    const struct yett_trust_set *trusts)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 0; status == YETT_OK && i < trusts->count; i++)
		status = yett_buf_printf(line, "%s\"%.*s\"", i > 0 ? ", " : "",
		    YETT_ARG(
			yett_generation_trust(gen, trusts->index[i])->name));
	return status;
}

/* How many of a site's clients are asked at all, when that is not everybody. */
static enum yett_status
put_share(struct yett_buf *line, const struct yett_site *site)
{
	uint32_t asked = 0;

	for (uint32_t i = 0; i < site->level_count; i++)
		if (site->level[i].ask.need != YETT_NEED_NONE)
			asked = site->level[i].below;
	if (asked == 0 || asked == 100)
		return YETT_OK;
	return yett_buf_printf(line, ", for %u of 100 clients", asked);
}

/* Why the handshake of a site does what it does. */
static enum yett_status
put_because(struct yett_buf *line, const struct yett_generation *gen,
    const struct yett_site *site)
{
	const struct yett_rule *rule = site->ask.because;
	enum yett_status status;

	if (site->hello_function >= 0) {
		status = yett_buf_printf(line,
		    "unless its client_hello function decides: ");
		if (status != YETT_OK)
			return status;
	}
	if (site->handshake == YETT_HANDSHAKE_NEVER)
		return yett_buf_printf(line, "handshake = \"never\"");
	if (site->ask.need == YETT_NEED_NONE)
		return yett_buf_printf(line, "no path may need a certificate");
	if (rule == NULL && site->function_needs &&
	    site->fallback.need == YETT_NEED_NONE)
		status = yett_buf_printf(line,
		    "the request function may need a certificate of ");
	else if (rule == NULL || rule == &site->fallback)
		status = yett_buf_printf(line, "%s",
		    site->handshake == YETT_HANDSHAKE_ALWAYS
			? "handshake = \"always\", certificates of "
			: "the site may need a certificate of ");
	else
		status = yett_buf_printf(line,
		    "%.*s (%.*s:%u) may need a certificate of ",
		    YETT_ARG(rule->label), YETT_ARG(rule->place.file),
		    rule->place.line);
	if (status == YETT_OK)
		status = put_trusts(line, gen, &site->ask.trusts);
	return status == YETT_OK ? put_share(line, site) : status;
}

/* The width of the first column. */
static int
name_width(const struct yett_generation *gen)
{
	size_t widest = sizeof("site") - 1;

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		size_t len = yett_generation_site_at(gen, i)->name.len;

		if (len > widest)
			widest = len;
	}
	return widest > 60 ? 60 : (int)widest;
}

static enum yett_status
tell_sites(struct table *table, const struct yett_generation *gen)
{
	int width = name_width(gen);
	enum yett_status status = yett_buf_printf(&table->line,
	    "\n  %-*s  handshake asks  because\n", width, "site");

	for (uint32_t i = 0;
	     status == YETT_OK && i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		tell(table);
		status = yett_buf_printf(&table->line, "  %-*.*s  %-14s  ",
		    width, YETT_ARG(site->name),
		    yett_need_name(site->ask.need));
		if (status == YETT_OK)
			status = put_because(&table->line, gen, site);
		if (status == YETT_OK)
			status = yett_buf_append(&table->line, YETT_LIT("\n"));
	}
	if (status == YETT_OK)
		tell(table);
	return status;
}

static enum yett_status
tell_summary(struct table *table, const struct yett_generation *gen,
    const char *path)
{
	uint32_t sites = yett_generation_site_count(gen);
	uint32_t trusts = yett_generation_trust_count(gen);
	uint32_t rules = 0, functions = 0;
	enum yett_status status;

	for (uint32_t i = 0; i < sites; i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);

		rules += site->rule_count;
		functions += (site->hello_function >= 0) +
		    (site->request_function >= 0);
	}
	status = yett_buf_printf(&table->line,
	    "%s: ok (%u site%s, %u path%s, %u trust%s, %u function%s)\n", path,
	    sites, yett_plural(sites), rules, yett_plural(rules), trusts,
	    yett_plural(trusts), functions, yett_plural(functions));
	if (status == YETT_OK)
		tell(table);
	return status;
}

enum yett_status
yett_check(const char *path, const char *as, unsigned flags,
    const struct yett_report *report, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	uint64_t warnings = 0;
	struct table table = { .sink = sink, .arg = arg };
	struct yett_rollout *rollout = NULL;
	struct yett_rollout_env env = { .path = path,
		.as = as,
		.report = report,
		.worker_count = 1,
		.bind = (flags & YETT_CHECK_BIND) != 0,
		.looks_only = true,
		.notes = true,
		.warnings = &warnings };
	enum yett_status status = yett_rollout_prepare(&rollout, &env, fault);

	if (status != YETT_OK)
		return status;
	if (sink != NULL) {
		status = tell_summary(&table, rollout->gen, path);
		if (status == YETT_OK)
			status = tell_sites(&table, rollout->gen);
	}
	yett_buf_clear(&table.line);
	yett_rollout_unref(&rollout);
	if (status == YETT_OK && (flags & YETT_CHECK_STRICT) != 0)
		status = yett_load_strictly(warnings, fault);
	return status;
}
