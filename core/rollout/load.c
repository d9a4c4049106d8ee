/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/load.h"

#include "base/plural.h"
#include "tls/library.h"

/* What cannot be hashed digests to zero, which equals no policy's digest. */
static void
digest(const void *bytes, size_t len, uint8_t out[YETT_SHA256_LEN])
{
	const struct yett_slice slice = { bytes, len };

	if (yett_sha256(slice, out) != YETT_OK)
		memset(out, 0, YETT_SHA256_LEN);
}

static const char *
format_name(enum yett_format format)
{
	switch (format) {
	case YETT_FORMAT_TEXT: return "text";
	case YETT_FORMAT_JSON: return "json";
	case YETT_FORMAT_SHORT: return "short";
	}
	return "text";
}

struct yett_load_options
yett_load_options_for(const struct yett_report *report)
{
	struct yett_load_options options = { .sha256 = digest };

	if (report != NULL) {
		options.sink = report->write;
		options.arg = report->arg;
		options.format = format_name(report->format);
		options.slow = report->slow;
	}
	return options;
}

enum yett_status
yett_load_reported(struct yett_loaded *out, const char *path,
    const struct yett_report *report, const atomic_bool *abandoned,
    struct yett_fault *fault)
{
	struct yett_load_options options = yett_load_options_for(report);
	enum yett_status status = yett_tls_library_init(fault);

	options.abandoned = abandoned;
	return status == YETT_OK ? yett_load(out, path, &options, fault)
				 : status;
}

enum yett_status
yett_load_strictly(uint64_t warnings, struct yett_fault *fault)
{
	if (warnings == 0)
		return YETT_OK;
	return yett_fail(fault, YETT_E_POLICY,
	    "%llu warning%s, and --strict makes them errors",
	    (unsigned long long)warnings, yett_plural(warnings));
}
