/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench_report.h"

#include <stdlib.h>

#define SHOWN 20 /* rules, and functions */

/* What samples are put together by. */
enum part { ALL, RULE, HELLO_FUNCTION, REQUEST_FUNCTION };

/* What samples of one kind, side by side, took; in nanoseconds. */
struct row {
	const struct yett_bench_sample *sample; /* the first of them */
	enum part part;
	uint32_t p50, p99; /* no mean: it tells of interruptions */
};

struct rows {
	struct row *at;
	uint32_t count;
	uint32_t *ns; /* scratch, for all samples */
};

/* --- in order --- */

static int
compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_ns(const void *a, const void *b)
{
	return compare_numbers(*(const uint32_t *)a, *(const uint32_t *)b);
}

static int
compare_samples(const void *a, const void *b)
{
	const struct yett_bench_sample *one = a, *other = b;
	int order = compare_numbers(one->site->index, other->site->index);

	if (order == 0)
		order = compare_numbers(one->rule->place.line,
		    other->rule->place.line);
	return order != 0
	    ? order
	    : compare_numbers((uintptr_t)one->rule, (uintptr_t)other->rule);
}

/* The dearest first. */
static int
compare_rows(const void *a, const void *b)
{
	const struct row *one = a, *other = b;

	return compare_numbers(other->p50, one->p50);
}

/* --- rows --- */

static uint32_t
took(const struct yett_bench_sample *sample, enum part part)
{
	switch (part) {
	case HELLO_FUNCTION: return sample->hello_ns;
	case REQUEST_FUNCTION: return sample->request_ns;
	case ALL:
	case RULE: break;
	}
	return sample->hello_ns + sample->request_ns;
}

static struct row
make_row(const struct yett_bench_sample *sample, uint32_t count, enum part part,
    uint32_t *ns)
{
	for (uint32_t i = 0; i < count; i++)
		ns[i] = took(&sample[i], part);
	qsort(ns, count, sizeof(*ns), compare_ns);
	return (struct row){
		.sample = sample,
		.part = part,
		.p50 = ns[count / 2],
		.p99 = ns[(uint64_t)count * 99 / 100],
	};
}

/* One row of `part` for the samples of one site, or of one rule. */
static void
add_rows(struct rows *rows, const struct yett_bench_sample *sample,
    uint32_t count, enum part part)
{
	for (uint32_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count; to++)
			if (sample[to].site != sample[from].site ||
			    (part == RULE &&
				sample[to].rule != sample[from].rule))
				break;
		if (part == HELLO_FUNCTION &&
		    sample[from].site->hello_function < 0)
			continue;
		if (part == REQUEST_FUNCTION &&
		    sample[from].site->request_function < 0)
			continue;
		rows->at[rows->count++] = make_row(sample + from, to - from,
		    part, rows->ns);
	}
}

/* --- telling --- */

static enum yett_status
put_function(struct yett_buf *out, const struct row *row)
{
	const struct yett_site *site = row->sample->site;

	return yett_buf_printf(out, "%8u ns %8u ns  %s of %.*s (%.*s:%u)\n",
	    row->p50, row->p99,
	    row->part == HELLO_FUNCTION ? "client_hello" : "request",
	    YETT_ARG(site->label), YETT_ARG(site->place.file),
	    site->place.line);
}

static enum yett_status
put_rule(struct yett_buf *out, const struct row *row)
{
	const struct yett_site *site = row->sample->site;
	const struct yett_rule *rule = row->sample->rule;

	return yett_buf_printf(out, "%8u ns %8u ns  %.*s %.*s (%.*s:%u)\n",
	    row->p50, row->p99, YETT_ARG(site->label),
	    YETT_ARG(
		rule == &site->fallback ? YETT_LIT("itself") : rule->label),
	    YETT_ARG(rule->place.file), rule->place.line);
}

static enum yett_status
put_rows(struct yett_buf *out, struct rows *rows, const char *title,
    enum yett_status (*put)(struct yett_buf *out, const struct row *row))
{
	enum yett_status status = YETT_OK;

	if (rows->count == 0)
		return YETT_OK;
	qsort(rows->at, rows->count, sizeof(rows->at[0]), compare_rows);
	status = yett_buf_printf(out, "\n%s, dearest first\n", title);
	for (uint32_t i = 0; status == YETT_OK && i < rows->count && i < SHOWN;
	     i++)
		status = put(out, &rows->at[i]);
	if (status == YETT_OK && rows->count > SHOWN)
		status = yett_buf_printf(out, "  and %u more\n",
		    rows->count - SHOWN);
	return status;
}

static enum yett_status
write_rows(struct yett_buf *out, struct rows *rows,
    const struct yett_bench_sample *sample, uint32_t count)
{
	struct row all = make_row(sample, count, ALL, rows->ns);
	enum yett_status status = yett_buf_printf(out, "p50 %u ns, p99 %u ns\n",
	    all.p50, all.p99);

	add_rows(rows, sample, count, HELLO_FUNCTION);
	add_rows(rows, sample, count, REQUEST_FUNCTION);
	if (status == YETT_OK)
		status = put_rows(out, rows,
		    "        p50         p99  function", put_function);
	rows->count = 0;
	add_rows(rows, sample, count, RULE);
	if (status == YETT_OK)
		status = put_rows(out, rows, "        p50         p99  rule",
		    put_rule);
	return status;
}

enum yett_status
yett_bench_report_write(struct yett_buf *out, struct yett_bench_sample *sample,
    uint32_t count)
{
	/* A sample is in one row, or in one of each function of its site. */
	struct rows rows = { .at = calloc(2 * (size_t)count,
				 sizeof(rows.at[0])),
		.ns = calloc(count, sizeof(rows.ns[0])) };
	enum yett_status status = YETT_E_NOMEM;

	if (rows.at != NULL && rows.ns != NULL && count > 0) {
		qsort(sample, count, sizeof(*sample), compare_samples);
		status = write_rows(out, &rows, sample, count);
	}
	free(rows.at);
	free(rows.ns);
	return status;
}
