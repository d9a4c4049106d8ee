/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any beginning of a connection: a head that is taken ends where it says, is
 * the same whatever follows, and was never taken sooner; what is refused has a
 * reason and stays refused when more comes.
 */
#include "fuzz/fuzz.h"

#include "io/proxy_protocol.h"

static enum yett_proxy_result
parse(const uint8_t *data, size_t size, struct yett_proxy_head *head)
{
	const char *why = NULL;
	enum yett_proxy_result result =
	    yett_proxy_parse((struct yett_slice){ (const char *)data, size },
		head, &why);

	must(result != YETT_PROXY_BAD || why != NULL);
	return result;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_proxy_head head, again;
	enum yett_proxy_result before = YETT_PROXY_MORE, result;

	result = parse(data, size, &head);
	for (size_t len = 0; len < size; len++) {
		enum yett_proxy_result shorter = parse(data, len, &again);

		must(before == YETT_PROXY_MORE || shorter == before);
		must(shorter != YETT_PROXY_DONE || again.len <= len);
		before = shorter;
	}
	must(before == YETT_PROXY_MORE || result == before);
	must(result != YETT_PROXY_MORE || size < YETT_PROXY_HEAD_MOST);
	if (result != YETT_PROXY_DONE)
		return 0;
	must(head.len > 0 && head.len <= size &&
	    head.len <= YETT_PROXY_HEAD_MOST);
	must(parse(data, head.len, &again) == YETT_PROXY_DONE);
	must(parse(data, head.len - 1, &again) == YETT_PROXY_MORE);
	must(!head.has_addresses ||
	    (head.client.len > 0 &&
		head.client.storage.ss_family ==
		    head.server.storage.ss_family));
	return 0;
}
