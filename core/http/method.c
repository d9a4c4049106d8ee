/* SPDX-License-Identifier: Apache-2.0 */
#include "http/method.h"

static const struct {
	struct yett_slice name;
	bool is_idempotent;
} known[] = {
	[YETT_METHOD_OTHER] = { { NULL, 0 }, false },
	[YETT_METHOD_GET] = { { "GET", 3 }, true },
	[YETT_METHOD_HEAD] = { { "HEAD", 4 }, true },
	[YETT_METHOD_POST] = { { "POST", 4 }, false },
	[YETT_METHOD_PUT] = { { "PUT", 3 }, true },
	[YETT_METHOD_DELETE] = { { "DELETE", 6 }, true },
	[YETT_METHOD_PATCH] = { { "PATCH", 5 }, false },
	[YETT_METHOD_OPTIONS] = { { "OPTIONS", 7 }, true },
	[YETT_METHOD_CONNECT] = { { "CONNECT", 7 }, false },
	[YETT_METHOD_TRACE] = { { "TRACE", 5 }, true },
};

enum yett_method
yett_method_parse(struct yett_slice name)
{
	for (size_t i = YETT_METHOD_GET; i <= YETT_METHOD_TRACE; i++)
		if (yett_slice_eq(name, known[i].name))
			return (enum yett_method)i;
	return YETT_METHOD_OTHER;
}

bool
yett_method_is_idempotent(enum yett_method method)
{
	return known[method].is_idempotent;
}
