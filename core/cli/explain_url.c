/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_url.h"

#include <stdbool.h>
#include <string.h>

#include "cli/complaint.h"
#include "yett_tools.h"

#define ALPN_MOST 16
#define ALPN_BYTES 512

/* The question with the memory that it points into. */
struct question {
	struct yett_explain_question asked;
	char alpn[ALPN_BYTES];
	const char *protocol[ALPN_MOST];
};

static bool
read_alpn(const char *list, struct question *out)
{
	char *rest = out->alpn, *name;

	if (list == NULL)
		return true;
	if (strlen(list) >= sizeof(out->alpn))
		return false;
	strcpy(out->alpn, list);
	while ((name = strsep(&rest, ",")) != NULL) {
		size_t count = out->asked.hello.alpn_count;

		if (count == ALPN_MOST || name[0] == '\0')
			return false;
		out->protocol[count] = name;
		out->asked.hello.alpn_count++;
	}
	out->asked.hello.alpn = out->protocol;
	return true;
}

/* The place of `word` in `words`; true and untouched when none was given. */
static bool
read_word(const char *word, const char *const words[], unsigned *out)
{
	if (word == NULL)
		return true;
	for (unsigned i = 0; words[i] != NULL; i++)
		if (strcmp(words[i], word) == 0) {
			*out = i;
			return true;
		}
	return false;
}

static bool
refuse(const char *option, const char *value, const char *cure)
{
	fprintf(stderr, "yett explain: --%s is not \"%s\": write %s\n", option,
	    value, cure);
	return false;
}

static bool
read_format(const struct yett_arguments *arguments, unsigned *format)
{
	static const char *const formats[] = { "text", "json", NULL };
	const char *word = arguments->option[YETT_EXPLAIN_FORMAT];

	*format = YETT_FORMAT_TEXT;
	return read_word(word, formats, format) ||
	    refuse("format", word, "text or json");
}

static bool
read_question(const struct yett_arguments *arguments, struct question *out,
    unsigned *format)
{
	static const char *const versions[] = { "1.2", "1.3", NULL };
	static const char *const modes[] = { "none", "request", "require",
		NULL };
	const char *const *option = arguments->option;
	unsigned version = 1, mode = 0;

	*out = (struct question){ .asked = {
				      .url = arguments->operand,
				      .hello.server_name =
					  option[YETT_EXPLAIN_SNI],
				      .hello.client_address =
					  option[YETT_EXPLAIN_FROM],
				      .certificate = option[YETT_EXPLAIN_CERT],
				      .method = option[YETT_EXPLAIN_METHOD],
				      .header = arguments->repeated,
				      .header_count = arguments->repeated_count,
				  } };
	if (!read_alpn(option[YETT_EXPLAIN_ALPN], out))
		return refuse("alpn", option[YETT_EXPLAIN_ALPN],
		    "a list such as h2,http/1.1");
	if (!read_word(option[YETT_EXPLAIN_TLS], versions, &version))
		return refuse("tls", option[YETT_EXPLAIN_TLS], "1.2 or 1.3");
	if (!read_word(option[YETT_EXPLAIN_ASKED], modes, &mode))
		return refuse("asked", option[YETT_EXPLAIN_ASKED],
		    "none, request or require");
	if (!read_format(arguments, format))
		return false;
	out->asked.hello.version = 0x0303 + version;
	if (option[YETT_EXPLAIN_ASKED] != NULL)
		out->asked.asked = YETT_EXPLAIN_ASKED_NONE + mode;
	return true;
}

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

/* Warnings are for `yett check`; mistakes are told, all of them. */
static enum yett_status
load(struct yett_policy **out, const struct yett_arguments *arguments,
    struct yett_complaint *complaint, struct yett_fault *fault)
{
	const char *named = arguments->option[YETT_EXPLAIN_POLICY];
	const char *path = named == NULL ? "policy.lua" : named;
	enum yett_status status = yett_policy_load(out, path, NULL, fault);

	if (status != YETT_E_POLICY)
		return status;
	return yett_policy_load(out, path, &complaint->report, fault);
}

enum yett_exit
yett_explain_url(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_policy *policy = NULL;
	struct yett_complaint complaint;
	struct question question;
	enum yett_status status;
	unsigned format;

	if (!read_question(arguments, &question, &format))
		return YETT_EXIT_USAGE;
	yett_complaint_init(&complaint);
	status = load(&policy, arguments, &complaint, &fault);
	if (status == YETT_OK)
		status = yett_policy_explain(policy, &question.asked,
		    (enum yett_format)format, write_stdout, NULL, &fault);
	yett_policy_free(policy);
	return yett_complain(&complaint, status, &fault);
}

enum yett_exit
yett_explain_decision(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_policy *policy = NULL;
	struct yett_complaint complaint;
	enum yett_status status;
	unsigned format;

	if (!read_format(arguments, &format))
		return YETT_EXIT_USAGE;
	yett_complaint_init(&complaint);
	status = load(&policy, arguments, &complaint, &fault);
	if (status == YETT_OK)
		status = yett_policy_explain_recorded(policy,
		    arguments->option[YETT_EXPLAIN_LOG], arguments->operand,
		    (enum yett_format)format, write_stdout, NULL, &fault);
	yett_policy_free(policy);
	return yett_complain(&complaint, status, &fault);
}
