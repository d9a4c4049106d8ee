/* SPDX-License-Identifier: Apache-2.0 */
#include "script/code_page.h"

#include <stdio.h>

#include "script/host.h"

#define MOST_MEMORY ((size_t)64 * 1024 * 1024)

/* Arguments of show(). */
struct page {
	const char *code; /* NULL: the list */
	yett_text_sink sink;
	void *arg;
	bool known;
	char meant[16]; /* the nearest code, or empty */
};

/* Body of yett_vm_call(). */
static int
show(lua_State *L)
{
	struct page *page = lua_touserdata(L, 1);
	const char *text;
	size_t len;

	yett_host_push(L);
	yett_host_require(L, "yett.diagnosis.explain_code");
	lua_getfield(L, -1, page->code == NULL ? "list" : "show");
	lua_pushstring(L, page->code);
	lua_call(L, 1, 2);
	text = lua_tolstring(L, -2, &len);
	page->known = text != NULL;
	if (text != NULL)
		page->sink(page->arg, text, len);
	else if (lua_isstring(L, -1))
		snprintf(page->meant, sizeof(page->meant), "%s",
		    lua_tostring(L, -1));
	return 0;
}

enum yett_status
yett_code_page(const char *code, yett_text_sink sink, void *arg,
    struct yett_fault *fault)
{
	const struct yett_vm_limits limits = { .memory = MOST_MEMORY };
	struct page page = { .code = code, .sink = sink, .arg = arg };
	struct yett_host host = { .loading = true };
	struct yett_vm *vm = NULL;
	enum yett_status status;

	if (sink == NULL)
		return yett_fail(fault, YETT_E_ARGUMENT, "there is no sink");
	status = yett_policy_source_from_text(&host.source, "page", ".",
	    YETT_LIT(""));
	if (status != YETT_OK)
		return status;
	status = yett_vm_open(&vm, &limits, &host, fault);
	if (status == YETT_OK)
		status = yett_vm_call(vm, show, &page, fault);
	if (status == YETT_OK && !page.known)
		status = yett_fail(fault, YETT_E_NOT_FOUND,
		    "there is no code \"%.32s\"%s%s%s", code,
		    page.meant[0] != '\0' ? "; did you mean " : "", page.meant,
		    page.meant[0] != '\0' ? "?" : "");
	yett_vm_close(vm);
	yett_policy_source_unref(&host.source);
	return status;
}
