/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "yett_tools.h"

enum { OUTPUT, AT, FORMAT, FORCE };

static const struct yett_option options[] = {
	[OUTPUT] = { "output", "FILE",
	    "write the policy to FILE (-o), not to standard output" },
	[AT] = { "at", "PLACE", "SITE or SITE/PATH of the next web.config" },
	[FORMAT] = { "format", "text|json",
	    "format of the report (default: text)" },
	[FORCE] = { "force", NULL, "overwrite FILE" },
	{ NULL, NULL, NULL },
};

/* Where the policy goes: a new file beside `path` that takes its place once it
 * is whole, or standard output while `path` is NULL. */
struct target {
	const char *path;
	char *fresh; /* the name of the new file; NULL: there is none */
	FILE *file;
	bool force;
};

static bool
fail_target(const struct target *target)
{
	fprintf(stderr, "yett import: cannot write %s: %s\n", target->path,
	    strerror(errno));
	return false;
}

static bool
open_target(struct target *target)
{
	int fd;

	if (target->path == NULL) {
		target->file = stdout;
		return true;
	}
	if (!target->force && access(target->path, F_OK) == 0) {
		fprintf(stderr,
		    "yett import: %s is there already; --force replaces it\n",
		    target->path);
		return false;
	}
	if (asprintf(&target->fresh, "%s.%ld.new", target->path,
		(long)getpid()) < 0) {
		target->fresh = NULL;
		return fail_target(target);
	}
	fd = open(target->fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	target->file = fd < 0 ? NULL : fdopen(fd, "w");
	if (target->file != NULL)
		return true;
	(void)fail_target(target);
	if (fd >= 0) {
		close(fd);
		unlink(target->fresh);
	}
	free(target->fresh);
	target->fresh = NULL;
	return false;
}

/* Give the new file its name; a link never replaces what came meanwhile. */
static bool
name_target(const struct target *target)
{
	if (target->force)
		return rename(target->fresh, target->path) == 0;
	return link(target->fresh, target->path) == 0 &&
	    unlink(target->fresh) == 0;
}

/* Put the policy in its place, or leave nothing behind when it failed. */
static bool
close_target(struct target *target, bool fine)
{
	if (target->fresh == NULL)
		return fine;
	if (fclose(target->file) != 0 && fine)
		fine = fail_target(target);
	if (fine && !name_target(target))
		fine = fail_target(target);
	if (!fine)
		unlink(target->fresh);
	free(target->fresh);
	return fine;
}

static void
write_file(void *arg, const char *text, size_t len)
{
	fwrite(text, 1, len, arg); /* ferror() tells at the end */
}

static bool
read_format(const char *word, enum yett_format *out)
{
	*out = YETT_FORMAT_TEXT;
	if (word == NULL || strcmp(word, "text") == 0)
		return true;
	*out = YETT_FORMAT_JSON;
	if (strcmp(word, "json") == 0)
		return true;
	fprintf(stderr, "yett import: --format is text or json, not \"%s\"\n",
	    word);
	return false;
}

/* Import, with everything opened. */
static enum yett_exit
import_files(const struct yett_import *import, struct target *target)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status = yett_import_iis(import, &fault);
	bool written = fflush(target->file) == 0 && !ferror(target->file);

	if (status == YETT_OK && !written)
		(void)fail_target(target);
	if (!close_target(target, status == YETT_OK && written) &&
	    status == YETT_OK)
		return YETT_EXIT_SYSTEM;
	yett_complaint_init(&complaint);
	return yett_complain(&complaint, status, &fault);
}

static enum yett_exit
import(const struct yett_arguments *arguments)
{
	struct yett_import_file files[YETT_OPERANDS_MOST];
	struct target target = { .path = arguments->option[OUTPUT],
		.force = arguments->option[FORCE] != NULL };
	struct yett_import request = { .files = files,
		.file_count = arguments->operand_count - 1,
		.policy = write_file,
		.parity = write_file };

	if (strcmp(arguments->operand, "iis") != 0) {
		fprintf(stderr,
		    "yett import: nothing is known of \"%s\": yett import iis "
		    "FILE...\n",
		    arguments->operand);
		return YETT_EXIT_USAGE;
	}
	if (request.file_count == 0 || arguments->paired[0] != NULL) {
		fputs("yett import: yett import iis FILE...\n", stderr);
		return YETT_EXIT_USAGE;
	}
	if (!read_format(arguments->option[FORMAT], &request.format))
		return YETT_EXIT_USAGE;
	for (size_t i = 0; i < request.file_count; i++)
		files[i] = (struct yett_import_file){
			.path = arguments->operands[i + 1],
			.at = arguments->paired[i + 1],
		};
	if (!open_target(&target))
		return YETT_EXIT_SYSTEM;
	request.policy_arg = target.file;
	request.parity_arg = target.path != NULL ? stdout : stderr;
	return import_files(&request, &target);
}

const struct yett_verb yett_verb_import = {
	.name = "import",
	.operand = "iis FILE...",
	.summary = "turn an IIS configuration into a policy, and compare them",
	.story = "Reads applicationHost.config (also of IIS Express), "
		 "web.config and the output of\n"
		 "`netsh http show sslcert`, in any combination, and writes a "
		 "policy that does\n"
		 "what IIS does; each setting has the line it comes from. "
		 "Reports for every\n"
		 "location what IIS does before Windows 11 24H2, what IIS does "
		 "since, and what\n"
		 "Yett will do; which needs are late today; and which settings "
		 "have no\n"
		 "counterpart. The report goes to standard output, or to "
		 "standard error if the\n"
		 "policy goes to standard output.\n"
		 "\n"
		 "  yett import iis applicationHost.config --at \"Default Web "
		 "Site/app\" web.config \\\n"
		 "      sslcert.txt -o policy.lua",
	.options = options,
	.run = import,
	.operands_most = YETT_OPERANDS_MOST,
	.paired = "at",
	.letters = "o",
};
