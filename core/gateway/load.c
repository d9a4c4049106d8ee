/* SPDX-License-Identifier: Apache-2.0 */
#include "gateway/load.h"

#include "tls/library.h"

/* What cannot be hashed digests to zero, which equals no policy's digest. */
static void
digest(const void *bytes, size_t len, uint8_t out[YETT_SHA256_LEN])
{
	const struct yett_slice slice = { bytes, len };

	if (yett_sha256(slice, out) != YETT_OK)
		memset(out, 0, YETT_SHA256_LEN);
}

enum yett_status
yett_load_reported(struct yett_loaded *out, const char *path,
    const struct yett_report *report, const atomic_bool *abandoned,
    struct yett_fault *fault)
{
	struct yett_load_options options = { .sha256 = digest,
		.abandoned = abandoned };
	enum yett_status status = yett_tls_library_init(fault);

	if (status != YETT_OK)
		return status;
	if (report != NULL) {
		options.sink = report->write;
		options.arg = report->arg;
		options.format = report->format == YETT_FORMAT_JSON ? "json"
								    : "text";
	}
	return yett_load(out, path, &options, fault);
}
