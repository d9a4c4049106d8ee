/* SPDX-License-Identifier: Apache-2.0 */
/*
 * method.h - the request methods that Yett treats specially.
 */
#ifndef YETT_HTTP_METHOD_H
#define YETT_HTTP_METHOD_H

#include "base/slice.h"

enum yett_method {
	YETT_METHOD_OTHER, /* any other token: forwarded, never special */
	YETT_METHOD_GET,
	YETT_METHOD_HEAD,
	YETT_METHOD_POST,
	YETT_METHOD_PUT,
	YETT_METHOD_DELETE,
	YETT_METHOD_PATCH,
	YETT_METHOD_OPTIONS,
	YETT_METHOD_CONNECT,
	YETT_METHOD_TRACE,
};

/* Methods are case-sensitive (RFC 9110, section 9.1). */
enum yett_method yett_method_parse(struct yett_slice name);

/*
 * May it be sent twice without harm (RFC 9110, section 9.2.2)? An unknown
 * method may not.
 */
bool yett_method_is_idempotent(enum yett_method method);

#endif
