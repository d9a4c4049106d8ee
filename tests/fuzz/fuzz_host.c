/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any host name: what is taken is canonical, so that taking it again, also as
 * a server name, changes nothing.
 */
#include "fuzz/fuzz.h"

#include "http/host.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_slice text = { (const char *)data, size };
	struct yett_host host, again;
	struct yett_refusal refusal;

	if (!yett_host_parse(&host, text, &refusal))
		return 0;
	must(host.len > 0 && host.len <= YETT_HOST_NAME_MOST);
	must(host.name[host.len] == '\0' && strlen(host.name) == host.len);
	must(yett_host_parse(&again, yett_host_name(&host), &refusal));
	must(yett_slice_eq(yett_host_name(&host), yett_host_name(&again)));
	must(host.is_address == again.is_address && again.port == 0);
	must(yett_host_parse_sni(&again, yett_host_name(&host), &refusal) ==
	    !host.is_address);
	return 0;
}
