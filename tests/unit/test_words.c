/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words for policy authors are part of the interface: each NAME.lua in
 * tests/words is loaded, and what is said about it must be NAME.expected to the
 * byte. Remarks are shown of note-NAME.lua only. With an argument the expected
 * texts are written instead of compared.
 */
#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "script/loader.h"
#include "unit/load_output.h"

/* Enough for each but the one that has no end. */
#define LOAD_TIME (YETT_NS_PER_S / 2)

static enum yett_status
load_and_hear(const char *policy, const char *format, struct load_output *told,
    struct yett_fault *fault)
{
	struct yett_load_options options = {
		.sink = load_output_add,
		.arg = told,
		.format = format,
		.time = LOAD_TIME,
		.notes = strncmp(policy, "note-", strlen("note-")) == 0,
	};
	struct yett_loaded loaded = { 0 };
	enum yett_status status;

	told->len = 0;
	told->text[0] = '\0';
	status = yett_load(&loaded, policy, &options, fault);
	if (status == YETT_OK)
		yett_loaded_clear(&loaded);
	return status;
}

/* Load a policy and keep what is said. The status and the fault must agree with
 * it: a failure and the first error, whose column the fault may not know, or
 * YETT_OK and warnings only. */
static bool
tell(const char *policy, struct load_output *told)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	char where[300], what[600];
	enum yett_status status = load_and_hear(policy, "text", told, &fault);

	if (status == YETT_OK)
		return strstr(told->text, ": error: ") == NULL;
	snprintf(where, sizeof(where), "%s:", fault.where);
	snprintf(what, sizeof(what), " error: %s [", fault.what);
	if ((status == YETT_E_POLICY || status == YETT_E_LIMIT) &&
	    strstr(told->text, where) != NULL &&
	    strstr(told->text, what) != NULL)
		return true;
	printf("# %s:%s%s %s\n", policy, where, what, yett_status_text(status));
	return false;
}

/* Whether the other two forms say the same: "short" has lines of the text only,
 * and "json" is an array of as many objects, those that "and N more" stands for
 * included. */
static bool
forms_agree(const char *policy, const struct load_output *text)
{
	static struct load_output other;
	size_t lines = 0;
	char *line, *rest;
	json_t *array;
	bool agree;

	(void)load_and_hear(policy, "short", &other, NULL); /* told above */
	for (line = strtok_r(other.text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (strstr(text->text, line) == NULL)
			return false;
		lines += strncmp(line, "and ", 4) == 0
		    ? strtoul(line + 4, NULL, 10)
		    : 1;
	}
	(void)load_and_hear(policy, "json", &other, NULL);
	array = json_loadb(other.text, other.len, 0, NULL);
	agree = json_is_array(array) && json_array_size(array) == lines;
	json_decref(array);
	return agree;
}

static bool
read_expected(const char *name, struct load_output *expected)
{
	FILE *file = fopen(name, "rb");

	if (file == NULL)
		return false;
	expected->len = fread(expected->text, 1, LOAD_OUTPUT_MOST, file);
	return fclose(file) == 0;
}

static bool
write_expected(const char *name, const struct load_output *told)
{
	FILE *file = fopen(name, "wb");

	if (file == NULL)
		return false;
	if (fwrite(told->text, 1, told->len, file) != told->len) {
		(void)fclose(file); /* it failed already */
		return false;
	}
	return fclose(file) == 0;
}

/* Show a text as TAP comments. */
static void
show(const char *title, const struct load_output *told)
{
	const char *at = told->text, *end = told->text + told->len;

	printf("# %s:\n", title);
	while (at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline != NULL ? newline : end) - at);

		printf("#   %.*s\n", (int)len, at);
		at += len + 1;
	}
}

static bool
words_hold(const char *policy, bool write)
{
	static struct load_output told, expected;
	char name[300];

	snprintf(name, sizeof(name), "%.*s.expected",
	    (int)(strlen(policy) - strlen(".lua")), policy);
	if (!tell(policy, &told))
		return false;
	if (!forms_agree(policy, &told)) {
		printf("# the short form or JSON says something else\n");
		return false;
	}
	if (write)
		return write_expected(name, &told);
	if (!read_expected(name, &expected)) {
		printf("# %s is missing\n", name);
		return false;
	}
	if (told.len == expected.len &&
	    memcmp(told.text, expected.text, told.len) == 0)
		return true;
	show("expected", &expected);
	show("told", &told);
	return false;
}

static int
is_policy(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot != NULL && strcmp(dot, ".lua") == 0;
}

/* Every file of the folder we are in; returns how many failed. */
static int
check_folder(bool write, int *number)
{
	struct dirent **entry;
	int failed = 0, count = scandir(".", &entry, is_policy, alphasort);

	if (count <= 0)
		return 1;
	for (int i = 0; i < count; i++) {
		bool ok = words_hold(entry[i]->d_name, write);

		failed += !ok;
		printf("%s %d - %s\n", ok ? "ok" : "not ok", ++*number,
		    entry[i]->d_name);
		free(entry[i]);
	}
	free(entry);
	return failed;
}

static bool
snippet_loads(struct yett_slice text)
{
	struct load_output told = { .len = 0 };
	struct yett_load_options options = {
		.sink = load_output_add,
		.arg = &told,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_loaded loaded = { 0 };

	if (yett_load_text(&loaded, "snippet", ".", text, &options, &fault) ==
	    YETT_OK) {
		yett_loaded_clear(&loaded);
		return true;
	}
	show("told", &told);
	return false;
}

/* Every snippet of the author's guide is a policy that loads. */
static int
check_guide(const char *name, int *number)
{
	static struct load_output guide;
	int failed = 0, count = 0;
	const char *at, *end;

	if (!read_expected(name, &guide))
		return 1;
	guide.text[guide.len] = '\0';
	for (at = guide.text; (at = strstr(at, "```lua\n")) != NULL; at = end) {
		struct yett_slice text = { at + 7, 0 };
		bool ok;

		end = strstr(text.at, "\n```");
		if (end == NULL)
			return failed + 1;
		text.len = (size_t)(end - text.at) + 1;
		ok = snippet_loads(text);
		failed += !ok;
		printf("%s %d - snippet %d of the guide\n",
		    ok ? "ok" : "not ok", ++*number, ++count);
	}
	return failed + (count == 0);
}

int
main(int argc, char **argv)
{
	const char *top = getenv("TOP_SRCDIR");
	int failed, number = 0;

	(void)argv;
	if (chdir(top != NULL ? top : ".") != 0 || chdir("tests/words") != 0) {
		printf("Bail out! there is no folder tests/words\n");
		return 99;
	}
	failed = check_folder(argc > 1, &number);
	failed += check_guide("../../lua/README.md", &number);
	printf("1..%d\n", number);
	return failed > 0;
}
