/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/name.h"

#include "http/host.h"
#include "http/uri.h"

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

const char *
yett_policy_normal_path(struct yett_slice path, char *out, size_t *len)
{
	struct yett_refusal refusal;
	struct yett_slice normal;

	if (path.len == 0 || path.at[0] != '/')
		return "a path starts with /";
	if (!yett_uri_normalise(&normal, path, out, &refusal))
		return refusal.why;
	if (normal.at != out)
		memmove(out, normal.at, normal.len);
	*len = normal.len;
	return NULL;
}
