/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/hello_facts.h"

#include "base/clock.h"
#include "io/address.h"

static enum yett_status
read_address(const char *text, struct yett_ip *out, struct yett_fault *fault)
{
	struct yett_address address;
	enum yett_status status = yett_address_parse(&address,
	    yett_slice_of(text == NULL ? "127.0.0.1" : text), 0, fault);

	if (status == YETT_OK)
		yett_address_mapped(&address, out->byte);
	return status;
}

enum yett_status
yett_hello_facts_read(struct yett_hello_facts *out,
    const struct yett_client_hello *from, struct yett_fault *fault)
{
	struct yett_refusal refusal;

	*out = (struct yett_hello_facts){ .hello = {
					      .alpn = out->alpn,
					      .version = from->version == 0
						  ? 0x0304
						  : (uint16_t)from->version,
					      .now = yett_clock_wall(),
					  } };
	if (from->alpn_count > YETT_HELLO_FACTS_ALPN)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "more than %d ALPN names", YETT_HELLO_FACTS_ALPN);
	for (size_t i = 0; i < from->alpn_count; i++)
		out->alpn[i] = yett_slice_of(from->alpn[i]);
	out->hello.alpn_count = (uint32_t)from->alpn_count;
	if (from->server_name != NULL && from->server_name[0] != '\0') {
		if (!yett_host_parse_sni(&out->name,
			yett_slice_of(from->server_name), &refusal))
			return yett_fail(fault, YETT_E_ARGUMENT,
			    "\"%s\" is no server name: %s", from->server_name,
			    refusal.why);
		out->hello.sni = yett_host_name(&out->name);
	}
	return read_address(from->client_address, &out->hello.client_ip, fault);
}
