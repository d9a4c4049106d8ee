/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include "cli/complaint.h"
#include "yett_tools.h"

/* In the order of enum yett_export_form. */
static const struct yett_option options[] = {
	[YETT_EXPORT_JSON] = { "json", NULL,
	    "declarations of POLICY as JSON (default)" },
	[YETT_EXPORT_LUA] = { "lua", NULL, "policy from JSON" },
	[YETT_EXPORT_SCHEMA] = { "schema", NULL, "JSON Schema of that JSON" },
	[YETT_EXPORT_LUALS] = { "luals", NULL,
	    "definitions for the Lua language server" },
	[YETT_EXPORT_LUACHECK] = { "luacheck", NULL, "a .luacheckrc" },
	{ NULL, NULL, NULL },
};

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

/* How many forms were asked for; the last one is in `out`. */
static int
count_forms(const struct yett_arguments *arguments, enum yett_export_form *out)
{
	int count = 0;

	*out = YETT_EXPORT_JSON;
	for (size_t i = 0; options[i].name != NULL; i++)
		if (arguments->option[i] != NULL) {
			*out = (enum yett_export_form)i;
			count++;
		}
	return count;
}

static enum yett_exit export(const struct yett_arguments *arguments) {
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint; enum yett_export_form form;
	enum yett_status status;

	if (count_forms(arguments, &form) > 1){
	    fputs("yett export: one form at a time\n", stderr);
	    return YETT_EXIT_USAGE; }
yett_complaint_init(&complaint);
status = yett_export(arguments->operand, form, &complaint.report, write_stdout,
    NULL, &fault);
if (status == YETT_E_ARGUMENT) {
	fprintf(stderr, "yett export: %s\n", fault.what);
	return YETT_EXIT_USAGE;
}
return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_export = {
	.name = "export",
	.operand = "[POLICY]",
	.summary = "write a policy as JSON and back, or files for editors",
	.story = "--json writes the declarations of a policy; of a function it "
		 "writes the file and\n"
		 "line. --lua writes a policy from such JSON. The other "
		 "options describe the\n"
		 "language to editors and validators and take no POLICY.\n"
		 "\n"
		 "  yett export --json policy.lua >policy.json\n"
		 "  yett export --lua policy.json >policy.lua",
	.options = options,
	.run = export,
};
