/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/site_path.h"

/* Whether a reading may be decided on, for its names. */
static bool
is_clear(const struct yett_site *site, struct yett_slice path,
    struct yett_refusal *refusal)
{
	if (site == NULL || !site->ignore_case || yett_path_has_one_name(path))
		return true;
	return yett_refuse(refusal, 400,
	    "the path has a second name on this site");
}

/* What the rules of all readings of `path` keep, to *keeps. */
static bool
judge_readings(const struct yett_site *site, struct yett_slice path,
    unsigned *keeps, struct yett_refusal *refusal)
{
	char text[YETT_SITE_PATH_READ_MOST];
	struct yett_path_readings readings;
	struct yett_path_reading reading;

	if (path.len > sizeof(text))
		return yett_refuse(refusal, 400,
		    "the path is too long to be read in several ways");
	yett_path_readings_init(&readings, path);
	while (yett_path_readings_next(&readings, &reading, text)) {
		if (!reading.is_sound)
			return yett_refuse(refusal, 400,
			    "an escaped slash hides steps of the path");
		if (!is_clear(site, reading.path, refusal))
			return false;
		*keeps &= yett_site_rule(site, reading.path)->keeps;
	}
	return true;
}

bool
yett_site_path(struct yett_slice *out, const struct yett_site *site,
    struct yett_slice path, char *scratch, struct yett_refusal *refusal)
{
	unsigned keeps = site != NULL ? site->keeps : 0;
	const unsigned kept = yett_path_kept(path);

	*out = path;
	if ((kept & keeps) != 0 && !judge_readings(site, path, &keeps, refusal))
		return false;
	if ((kept & ~keeps & YETT_PATH_SLASH) != 0)
		return yett_refuse(refusal, 400,
		    "the path has an escaped slash");
	if ((kept & ~keeps & YETT_PATH_BACKSLASH) != 0)
		return yett_refuse(refusal, 400, "the path has a backslash");
	if ((kept & ~keeps & YETT_PATH_RUN) != 0)
		*out = yett_path_merge(path, scratch);
	return is_clear(site, *out, refusal);
}
