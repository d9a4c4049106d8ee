/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "cli/foreground.h"
#include "cli/privileges.h"
#include "cli/verb.h"
#include "yett_mhd.h"

enum { STRICT, LOG_LEVEL, USER, GROUP, PID_FILE };

static const struct yett_option options[] = {
	[STRICT] = { "strict", NULL,
	    "refuse to start or reload with warnings" },
	[LOG_LEVEL] = { "log-level", "error|warn|info|debug",
	    "log these events and what is worse; info unless given" },
	[USER] = { "user", "NAME",
	    "become this user once the listeners are open; it must be able to "
	    "read what a reload reads, and to write the logs" },
	[GROUP] = { "group", "NAME", "with this group, not the user's own" },
	[PID_FILE] = { "pid-file", "FILE",
	    "write the process id there, and remove it at the end" },
	{ NULL, NULL, NULL },
};

/* A connection takes up to two descriptors, and the soft limit is often 1024
 * for the sake of programs that still use select(). */
static void
raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit); /* then fewer are served */
}

static bool
set_log_level(const char *word)
{
	static const char *const words[] = {
		[YETT_LOG_ERROR] = "error",
		[YETT_LOG_WARN] = "warn",
		[YETT_LOG_INFO] = "info",
		[YETT_LOG_DEBUG] = "debug",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (word != NULL && strcmp(words[i], word) != 0)
			continue;
		if (word != NULL)
			yett_log_to(NULL, NULL, (enum yett_log_level)i);
		return true;
	}
	fprintf(stderr,
	    "yett run: --log-level is error, warn, info or debug, not "
	    "\"%s\"\n",
	    word);
	return false;
}

static enum yett_status
write_pid_file(const char *path, struct yett_fault *fault)
{
	FILE *file = path == NULL ? NULL : fopen(path, "we");
	bool written;

	if (path == NULL)
		return YETT_OK;
	written = file != NULL && fprintf(file, "%ld\n", (long)getpid()) > 0;
	if (file != NULL && fclose(file) != 0)
		written = false;
	return written ? YETT_OK
		       : yett_complaint_fail(fault, YETT_E_SYSTEM,
			     "cannot write the process id to %s: %s", path,
			     strerror(errno));
}

/* What is left to do between a start and its first signal. */
static enum yett_status
settle(const struct yett_arguments *arguments,
    const struct yett_privileges *privileges, struct yett_fault *fault)
{
	enum yett_status status = write_pid_file(arguments->option[PID_FILE],
	    fault);

	return status == YETT_OK ? yett_privileges_drop(privileges, fault)
				 : status;
}

static enum yett_exit
run(const struct yett_arguments *arguments)
{
	const char *policy = arguments->operand;
	struct yett_gateway *gateway = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_privileges privileges;
	struct yett_complaint complaint;
	enum yett_status status;

	yett_complaint_init(&complaint);
	if (!set_log_level(arguments->option[LOG_LEVEL]))
		return YETT_EXIT_USAGE;
	raise_descriptor_limit();
	yett_foreground_block_reload();
	status = yett_privileges_find(&privileges, arguments->option[USER],
	    arguments->option[GROUP], &fault);
	if (status == YETT_OK)
		status = yett_gateway_new(&gateway, &fault);
	if (status == YETT_OK)
		status = yett_gateway_add_metrics(gateway, "metrics", &fault);
	if (status == YETT_OK && arguments->option[STRICT] != NULL)
		yett_gateway_be_strict(gateway);
	if (status == YETT_OK)
		status = yett_gateway_load(gateway, policy, &complaint.report,
		    &fault);
	if (status == YETT_OK) {
		yett_foreground_block_signals();
		status = yett_gateway_start(gateway, &fault);
	}
	if (status == YETT_OK)
		status = settle(arguments, &privileges, &fault);
	if (status == YETT_OK && !yett_foreground_wait(gateway, policy))
		status = YETT_E_SYSTEM;
	yett_gateway_free(gateway);
	if (arguments->option[PID_FILE] != NULL)
		(void)unlink(arguments->option[PID_FILE]); /* ours, or stale */
	return yett_complain(&complaint, status, &fault);
}

const struct yett_verb yett_verb_run = {
	.name = "run",
	.operand = "POLICY",
	.summary = "run the gateway in the foreground",
	.story = "Runs the gateway until SIGTERM or SIGINT. The first signal "
		 "drains: requests\n"
		 "under way end. A second signal stops at once. SIGHUP reloads "
		 "the policy; if the\n"
		 "new policy is wrong, the old one stays in force and standard "
		 "error says why.\nSIGUSR1 opens access logs anew that "
		 "were moved away.",
	.options = options,
	.run = run,
};
