/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/json.h"
#include "policy/diff.h"
#include "policy/diff_settings.h"
#include "policy/trust_set.h"
#include "tools/loaded_policy.h"
#include "yett_tools.h"

/* A report under way; after a failure nothing more is written. */
struct report {
	const struct yett_generation *old, *now;
	enum yett_format format;
	struct yett_buf text;
	enum yett_status status;
	struct yett_diff_summary summary;
	bool first;
	uint32_t
	    settings_differ; /* told so far: what differs and decides nothing */
};

static void
say(struct report *report, const char *format, ...) YETT_PRINTF(2, 3);

static void
say(struct report *report, const char *format, ...)
{
	char line[2048];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (report->status == YETT_OK)
		report->status = yett_buf_append(&report->text,
		    yett_slice_of(line));
}

/* --- rules --- */

static const struct yett_rule *
find_rule(const struct yett_site *site, const struct yett_rule *like)
{
	for (uint32_t i = 0; i < site->rule_count; i++)
		if (site->rule[i]->kind == like->kind &&
		    yett_slice_eq(site->rule[i]->pattern, like->pattern))
			return site->rule[i];
	return NULL;
}

static void
say_rule(struct report *report, char sign, const struct yett_generation *gen,
    const struct yett_rule *rule)
{
	char names[256];

	yett_trust_set_write(names, sizeof(names), gen, &rule->trusts);
	say(report, "  %c %.*s  %s%s%s%s  (%.*s:%u)\n", sign,
	    YETT_ARG(rule->label), yett_need_name(rule->need),
	    rule->trusts.count > 0 ? " " : "", names,
	    rule->identity != NULL ? " identity" : "",
	    YETT_ARG(rule->place.file), rule->place.line);
}

static bool
reads_alike(const struct report *report, const struct yett_rule *old,
    const struct yett_rule *now)
{
	char before[512], after[512];

	yett_trust_set_write(before, sizeof(before), report->old, &old->trusts);
	yett_trust_set_write(after, sizeof(after), report->now, &now->trusts);
	return old->need == now->need && strcmp(before, after) == 0 &&
	    (old->identity == NULL) == (now->identity == NULL);
}

static void
say_rules(struct report *report, const struct yett_diff_site *site)
{
	for (uint32_t i = 0; i < site->old->rule_count; i++)
		if (find_rule(site->now, site->old->rule[i]) == NULL)
			say_rule(report, '-', report->old, site->old->rule[i]);
	for (uint32_t i = 0; i < site->now->rule_count; i++) {
		const struct yett_rule *now = site->now->rule[i];
		const struct yett_rule *old = find_rule(site->old, now);

		if (old != NULL && reads_alike(report, old, now))
			continue;
		if (old != NULL)
			say_rule(report, '-', report->old, old);
		say_rule(report, '+', report->now, now);
	}
}

/* --- what else differs --- */

/* One field of a rule, or of no rule in particular. */
static void
say_field(struct report *report, struct yett_slice label, const char *name,
    bool first)
{
	const char *sign = label.len > 0 ? ": " : "";

	if (report->format != YETT_FORMAT_JSON) {
		if (first)
			say(report, "  besides%s%.*s: %s",
			    label.len > 0 ? ", " : "", YETT_ARG(label), name);
		else
			say(report, ", %s", name);
		return;
	}
	say(report, "%s\"", report->settings_differ > 0 ? "," : "");
	if (report->status == YETT_OK)
		report->status = yett_json_append_words(&report->text, label);
	say(report, "%s%s\"", sign, name);
}

/* What differs of `label`, but for what was told of the whole site. */
static void
say_besides(struct report *report, struct yett_slice label,
    const struct yett_diff_settings *settings_differ,
    const struct yett_diff_settings *told)
{
	bool first = true;

	for (uint32_t i = 0; i < settings_differ->count; i++) {
		if (told != NULL &&
		    yett_diff_settings_has(told, settings_differ->name[i]))
			continue;
		say_field(report, label, settings_differ->name[i], first);
		report->settings_differ++;
		first = false;
	}
	if (!first && report->format != YETT_FORMAT_JSON)
		say(report, "\n");
}

static void
say_site_besides(struct report *report, const struct yett_diff_site *site)
{
	const struct yett_site *old = site->old, *now = site->now;
	struct yett_diff_settings all, one;

	yett_diff_settings_rule(report->old, &old->fallback, report->now,
	    &now->fallback, &all);
	yett_diff_settings_site(old, now, &all);
	say_besides(report, YETT_SLICE_NONE, &all, NULL);
	for (uint32_t i = 0; i < now->rule_count; i++) {
		const struct yett_rule *was = find_rule(old, now->rule[i]);

		if (was == NULL)
			continue;
		yett_diff_settings_rule(report->old, was, report->now,
		    now->rule[i], &one);
		say_besides(report, now->rule[i]->label, &one, &all);
	}
}

static void
say_gateway_besides(struct report *report)
{
	struct yett_diff_settings all;

	yett_diff_settings_gateway(report->old, report->now, &all);
	if (all.count > 0 && report->format != YETT_FORMAT_JSON)
		say(report, "the gateway:\n");
	say_besides(report, YETT_SLICE_NONE, &all, NULL);
}

/* --- examples --- */

static void
write_certificate(char *out, size_t size,
    const struct yett_diff_example *example)
{
	if (!example->sent)
		snprintf(out, size, "no certificate");
	else if (example->verified.at != NULL)
		snprintf(out, size, "a certificate of \"%.*s\"",
		    YETT_ARG(example->verified));
	else
		snprintf(out, size, "a certificate that is %s",
		    example->failure == YETT_VERIFY_EXPIRED ? "expired"
			: example->failure == YETT_VERIFY_REVOKED ||
			    example->failure == YETT_VERIFY_CRL_UNAVAILABLE
			? "revoked"
			: "untrusted");
}

static void
write_asked(char *out, size_t size, const struct yett_diff_example *example)
{
	if (example->asked.at == NULL)
		snprintf(out, size, "not asked");
	else
		snprintf(out, size, "asked for \"%.*s\"",
		    YETT_ARG(example->asked));
}

/* What else it takes, each with a comma before it. */
static void
write_more(char *out, size_t size, const struct yett_diff_example *example)
{
	const uint8_t *byte = example->client_ip.byte + 12;
	time_t seconds = (time_t)example->seconds;
	char client[40] = "", date[40] = "";
	struct tm parts;

	if (example->in_share)
		snprintf(client, sizeof(client), ", from %u.%u.%u.%u", byte[0],
		    byte[1], byte[2], byte[3]);
	if (example->seconds != 0 && gmtime_r(&seconds, &parts) != NULL)
		strftime(date, sizeof(date), ", on %Y-%m-%d", &parts);
	snprintf(out, size, "%s%s%s%s", client, date,
	    example->learned ? ", learned" : "",
	    example->preflight ? ", a preflight" : "");
}

static void
say_example(struct report *report, const struct yett_diff_site *site)
{
	const struct yett_diff_example *example = &site->example;
	char asked[300], certificate[300], more[160];

	write_more(more, sizeof(more), example);
	if (example->is_handshake) {
		say(report, "  for example the handshake%s: %s -> %s\n", more,
		    example->before, example->after);
		return;
	}
	write_asked(asked, sizeof(asked), example);
	write_certificate(certificate, sizeof(certificate), example);
	say(report, "  for example %s, %s, %s%s: %s -> %s\n", example->path,
	    asked, certificate, more, example->before, example->after);
}

static const char *
answer_name(enum yett_diff_answer answer)
{
	switch (answer) {
	case YETT_DIFF_EQUAL: return "equal";
	case YETT_DIFF_DIFFERENT: return "different";
	case YETT_DIFF_UNKNOWN: break;
	}
	return "unknown";
}

static void
tell_text(struct report *report, const struct yett_diff_site *site)
{
	say(report, "site \"%.*s\": %s%s%s%s\n", YETT_ARG(site->name),
	    answer_name(site->answer),
	    site->old == NULL       ? ", new"
		: site->now == NULL ? ", gone"
				    : "",
	    site->why[0] != '\0' ? ": " : "", site->why);
	if (site->old != NULL && site->now != NULL) {
		say_rules(report, site);
		say_site_besides(report, site);
	}
	if (site->answer == YETT_DIFF_DIFFERENT)
		say_example(report, site);
}

/* --- JSON --- */

/* A member whose value is text from a policy. */
static void
say_member(struct report *report, const char *name, struct yett_slice text)
{
	say(report, ",\"%s\":\"", name);
	if (report->status == YETT_OK)
		report->status = yett_json_append_words(&report->text, text);
	say(report, "\"");
}

static void
tell_json(struct report *report, const struct yett_diff_site *site)
{
	const struct yett_diff_example *example = &site->example;
	char text[300];

	say(report, "%s{\"answer\":\"%s\"", report->first ? "" : ",",
	    answer_name(site->answer));
	say_member(report, "site", site->name);
	if (site->why[0] != '\0')
		say_member(report, "why", yett_slice_of(site->why));
	if (site->answer == YETT_DIFF_DIFFERENT) {
		if (!example->is_handshake) {
			say_member(report, "path",
			    yett_slice_of(example->path));
			write_asked(text, sizeof(text), example);
			say_member(report, "asked", yett_slice_of(text));
			write_certificate(text, sizeof(text), example);
			say_member(report, "certificate", yett_slice_of(text));
		}
		write_more(text, sizeof(text), example);
		if (text[0] != '\0')
			say_member(report, "when", yett_slice_of(text + 2));
		say_member(report, "before", yett_slice_of(example->before));
		say_member(report, "after", yett_slice_of(example->after));
	}
	say(report, ",\"besides\":[");
	report->settings_differ = 0;
	if (site->old != NULL && site->now != NULL)
		say_site_besides(report, site);
	say(report, "]}");
}

static void
tell(void *arg, const struct yett_diff_site *site)
{
	struct report *report = arg;

	switch (site->answer) {
	case YETT_DIFF_EQUAL: report->summary.equal++; break;
	case YETT_DIFF_DIFFERENT: report->summary.different++; break;
	case YETT_DIFF_UNKNOWN: report->summary.unknown++; break;
	}
	switch (report->format) {
	case YETT_FORMAT_SHORT:
	case YETT_FORMAT_TEXT: tell_text(report, site); break;
	case YETT_FORMAT_JSON: tell_json(report, site); break;
	}
	report->first = false;
}

static void
end(struct report *report)
{
	const struct yett_diff_summary *summary = &report->summary;

	switch (report->format) {
	case YETT_FORMAT_SHORT:
	case YETT_FORMAT_TEXT:
		say_gateway_besides(report);
		say(report,
		    "%" PRIu64 " proven equal, %" PRIu64 " different, %" PRIu64
		    " unknown\n",
		    summary->equal, summary->different, summary->unknown);
		if (report->settings_differ > 0)
			say(report,
			    "Equal is what they decide: who is asked, and who "
			    "is let in. They differ besides, as "
			    "named.\n");
		return;
	case YETT_FORMAT_JSON:
		say(report, "],\"besides\":[");
		report->settings_differ = 0;
		say_gateway_besides(report);
		say(report,
		    "],\"equal\":%" PRIu64 ",\"different\":%" PRIu64
		    ",\"unknown\":%" PRIu64 "}\n",
		    summary->equal, summary->different, summary->unknown);
		return;
	}
}

enum yett_status
yett_policy_diff(struct yett_policy *old_policy, struct yett_policy *new_policy,
    enum yett_format format, yett_text_sink sink, void *arg,
    struct yett_diff_summary *out, struct yett_fault *fault)
{
	struct report report = { .old = old_policy->loaded.gen,
		.now = new_policy->loaded.gen,
		.format = format,
		.first = true };
	enum yett_status status;
	struct yett_slice all;

	(void)fault; /* only memory can run out */
	if (format == YETT_FORMAT_JSON)
		say(&report, "{\"sites\":[");
	status = yett_diff(report.old, report.now, tell, &report);
	end(&report);
	if (status == YETT_OK)
		status = report.status;
	all = yett_buf_slice(&report.text);
	if (status == YETT_OK && sink != NULL)
		sink(arg, all.at, all.len);
	if (status == YETT_OK && out != NULL)
		*out = report.summary;
	yett_buf_clear(&report.text);
	return status;
}
