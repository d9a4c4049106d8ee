/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_segments.h - splits a normal path into the segments that rules are
 * compared with.
 *
 * A segment ends at its first ';', and an empty segment is skipped, because
 * some servers read "/;x/admin" as "/admin". So a slash at the end has no
 * meaning either.
 */
#ifndef YETT_POLICY_PATH_SEGMENTS_H
#define YETT_POLICY_PATH_SEGMENTS_H

#include <stdint.h>

#include "base/slice.h"

#define YETT_PATH_SEGMENTS_MOST 64

struct yett_path_segments {
	struct yett_slice at[YETT_PATH_SEGMENTS_MOST];
	uint32_t count;
	bool more; /* the path has further segments */
};

/* Split `path` into its first `most` segments, at most SEGMENTS_MOST. What is
 * in `out->at` borrows from `path`. */
void yett_path_segments_parse(struct yett_slice path, uint32_t most,
    struct yett_path_segments *out);

#endif
