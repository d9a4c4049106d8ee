/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_report.h - the statistics of a benchmark for each rule and each
 * function.
 */
#ifndef YETT_TOOLS_BENCH_REPORT_H
#define YETT_TOOLS_BENCH_REPORT_H

#include "base/buf.h"
#include "policy/generation.h"

/* One handshake and one request on it, and what they took. */
struct yett_bench_sample {
	const struct yett_site *site;
	const struct yett_rule *rule; /* the site's own when it has no other */
	struct yett_slice name, path;
	uint32_t hello_ns, request_ns;
};

/*
 * Append how long most of the decisions took, then the dearest functions and
 * the dearest rules. The order of the samples changes.
 * YETT_E_NOMEM: `out` may have a part.
 */
YETT_MUST_USE
enum yett_status yett_bench_report_write(struct yett_buf *out,
    struct yett_bench_sample *sample, uint32_t count);

#endif
