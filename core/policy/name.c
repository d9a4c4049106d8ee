/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/name.h"

#include "http/host.h"
#include "http/octet.h"
#include "policy/site_path.h"

bool
yett_policy_server_name(struct yett_slice sni, char *out, size_t size,
    size_t *len)
{
	struct yett_refusal refusal;
	struct yett_host host;

	if (!yett_host_parse_sni(&host, sni, &refusal) || host.len >= size)
		return false;
	memcpy(out, host.name, host.len);
	out[host.len] = '\0';
	*len = host.len;
	return true;
}

/* Whether it has a byte that requests may have as it is, but rules may not:
 * other servers mean patterns by such bytes. */
static bool
has_raw_byte(struct yett_slice path)
{
	for (size_t i = 0; i < path.len; i++)
		if (path.at[i] != '%' &&
		    !yett_octet_is(path.at[i], YETT_OCTET_PATH))
			return true;
	return false;
}

const char *
yett_policy_normal_path(struct yett_slice path, char *out, size_t *len)
{
	struct yett_refusal refusal;
	struct yett_slice normal;

	if (path.len == 0 || path.at[0] != '/')
		return "a path starts with /";
	if (has_raw_byte(path))
		return "the path has a byte that must be escaped";
	if (!yett_path_normalise(&normal, path, out, &refusal) ||
	    !yett_site_path(&normal, NULL, normal, out, &refusal))
		return refusal.why;
	if (normal.at != out)
		memmove(out, normal.at, normal.len);
	*len = normal.len;
	return NULL;
}
