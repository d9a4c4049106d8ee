/* SPDX-License-Identifier: Apache-2.0 */
/*
 * impact.h - what replayed decisions add up to: groups of changes, clients.
 *
 * Everything is bounded, however long the record: beyond its bounds a table
 * counts no further and says so. One thread.
 */
#ifndef YETT_GATEWAY_IMPACT_H
#define YETT_GATEWAY_IMPACT_H

#include "base/buf.h"
#include "gateway/replay.h"

struct yett_impact; /* opaque */

/* An empty account; freeing NULL is fine. */
YETT_MUST_USE
enum yett_status yett_impact_new(struct yett_impact **out);
void yett_impact_free(struct yett_impact *impact);

/* Count one replayed decision. */
void yett_impact_add(struct yett_impact *impact,
    const struct yett_recorded *recorded, const struct yett_replayed *replayed);

/* What was added up so far; counts of lines are the caller's to fill. */
struct yett_impact_summary *yett_impact_summary(struct yett_impact *impact);

/* Append it for people, or for programs. */
YETT_MUST_USE
enum yett_status
yett_impact_write_text(struct yett_impact *impact, struct yett_buf *out);
YETT_MUST_USE
enum yett_status
yett_impact_write_json(struct yett_impact *impact, struct yett_buf *out);

#endif
