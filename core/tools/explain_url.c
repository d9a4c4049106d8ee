/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tools/explain_url.h"

static bool
take(struct yett_slice *text, struct yett_slice start)
{
	if (text->len < start.len ||
	    !yett_slice_eq_nocase((struct yett_slice){ text->at, start.len },
		start))
		return false;
	text->at += start.len;
	text->len -= start.len;
	return true;
}

enum yett_status
yett_explain_url_parse(struct yett_explain_url *out, const char *text,
    struct yett_fault *fault)
{
	struct yett_slice rest = { text, strcspn(text, "#") };
	struct yett_explain_url url = { .clear_text = false };

	if (take(&rest, YETT_LIT("http://")))
		url.clear_text = true;
	else if (!take(&rest, YETT_LIT("https://")))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%s\" is no URL: write https://NAME/PATH", text);
	url.authority = (struct yett_slice){ rest.at, strcspn(rest.at, "/?#") };
	url.target = (struct yett_slice){ rest.at + url.authority.len,
		rest.len - url.authority.len };
	if (url.authority.len == 0)
		return yett_fail(fault, YETT_E_ARGUMENT, "\"%s\" names no host",
		    text);
	if (memchr(url.authority.at, '@', url.authority.len) != NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "\"%s\" names a user, which no client sends", text);
	*out = url;
	return YETT_OK;
}
