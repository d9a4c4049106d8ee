/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/name.h"

#include "http/host.h"

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
