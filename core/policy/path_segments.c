/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/path_segments.h"

/* Cut the next segment off *rest; false: there is none. */
static bool
next_segment(struct yett_slice *rest, struct yett_slice *out)
{
	const char *at = rest->at, *end = rest->at + rest->len;

	while (at < end) {
		const char *start = at, *stop;

		while (at < end && *at != '/' && *at != ';')
			at++;
		stop = at;
		while (at < end && *at != '/')
			at++;
		if (at < end)
			at++;
		if (stop == start)
			continue;
		*out = (struct yett_slice){ start, (size_t)(stop - start) };
		*rest = (struct yett_slice){ at, (size_t)(end - at) };
		return true;
	}
	return false;
}

void
yett_path_segments_parse(struct yett_slice path, uint32_t most,
    struct yett_path_segments *out)
{
	struct yett_slice beyond;

	if (most > YETT_PATH_SEGMENTS_MOST)
		most = YETT_PATH_SEGMENTS_MOST;
	out->count = 0;
	while (out->count < most && next_segment(&path, &out->at[out->count]))
		out->count++;
	out->more = out->count == most && next_segment(&path, &beyond);
}
