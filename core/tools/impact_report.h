/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impact_report.h - sums up replayed decisions: groups of changes, and
 * clients.
 *
 * Everything is bounded, however long the record: beyond its bounds a table
 * counts no further and says so. One thread.
 */
#ifndef YETT_TOOLS_IMPACT_REPORT_H
#define YETT_TOOLS_IMPACT_REPORT_H

#include "base/buf.h"
#include "tools/replay.h"
#include "yett_tools.h"

struct yett_impact_report; /* opaque */

/* An empty account; freeing NULL is fine. */
YETT_MUST_USE
enum yett_status yett_impact_report_new(struct yett_impact_report **out);
void yett_impact_report_free(struct yett_impact_report *impact);

/* Count one replayed decision. */
void yett_impact_report_add(struct yett_impact_report *impact,
    const struct yett_record_entry *recorded,
    const struct yett_replayed *replayed);

/* What was added up so far; counts of lines are the caller's to fill. */
struct yett_impact_summary *
yett_impact_report_summary(struct yett_impact_report *impact);

/* Append it for people, or for programs. */
YETT_MUST_USE
enum yett_status
yett_impact_report_write_text(struct yett_impact_report *impact,
    struct yett_buf *out);
YETT_MUST_USE
enum yett_status
yett_impact_report_write_json(struct yett_impact_report *impact,
    struct yett_buf *out);

#endif
