/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complaint.h"

#define WORDS_MOST 5 /* METHOD URL with TRUST, and one too many */

static const struct yett_option options[] = {
	{ NULL, NULL, NULL },
};

static const char *
need_word(enum yett_handshake_need need)
{
	switch (need) {
	case YETT_HANDSHAKE_NEED_NONE: return "does not ask";
	case YETT_HANDSHAKE_NEED_REQUEST:
		return "asks, and goes on without a certificate";
	case YETT_HANDSHAKE_NEED_REQUIRE:
		return "asks, and ends without a certificate";
	case YETT_HANDSHAKE_REFUSED: break;
	}
	return "is refused";
}

static void
tell_fault(const struct yett_fault *fault, enum yett_status status)
{
	printf("error: %s\n",
	    fault->what[0] != '\0' ? fault->what : yett_status_text(status));
}

static bool
ask_hello(struct yett_policy *policy, const struct yett_client_hello *hello)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_handshake_outcome outcome;
	enum yett_status status = yett_policy_ask_hello(policy, hello, &outcome,
	    &fault);

	if (status != YETT_OK) {
		tell_fault(&fault, status);
		return false;
	}
	printf("handshake %s%s%s\n", need_word(outcome.need),
	    outcome.because[0] != '\0' ? ": " : "", outcome.because);
	return outcome.need != YETT_HANDSHAKE_REFUSED;
}

static void
ask_request(struct yett_policy *policy, const struct yett_http_request *request)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_request_outcome outcome;
	enum yett_status status = yett_policy_ask_request(policy, request,
	    &outcome, &fault);

	if (status != YETT_OK) {
		tell_fault(&fault, status);
		return;
	}
	if (outcome.status == 0)
		fputs("allowed", stdout);
	else
		printf("%u %s%s%s", outcome.status, outcome.reason,
		    outcome.cause[0] != '\0' ? ", " : "", outcome.cause);
	if (outcome.rule[0] != '\0')
		printf(" by %s", outcome.rule);
	if (outcome.why[0] != '\0')
		printf(": %s", outcome.why);
	putchar('\n');
}

/* METHOD https://NAME/TARGET [with TRUST]; `words` is ours to cut. */
static void
ask_url(struct yett_policy *policy, char *words[], size_t count)
{
	struct yett_http_request request = { .method = words[0] };
	char name[256], target[8192];
	size_t len;

	if (strncmp(words[1], "https://", 8) != 0) {
		puts("error: a URL begins with https://");
		return;
	}
	words[1] += 8;
	len = strcspn(words[1], "/?");
	snprintf(target, sizeof(target), "%s%s",
	    words[1][len] == '/' ? "" : "/", words[1] + len);
	if (len >= sizeof(name) || strlen(words[1]) >= sizeof(target) - 1) {
		puts("error: the URL is too long");
		return;
	}
	memcpy(name, words[1], len);
	name[len] = '\0';
	name[strcspn(name, ":")] = '\0';
	request.hello.server_name = name;
	request.target = target;
	request.certificate_trust = count == 4 ? words[3] : NULL;
	if (ask_hello(policy, &request.hello))
		ask_request(policy, &request);
}

static bool
is_method(const char *word)
{
	return word[0] != '\0' &&
	    strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(word);
}

/* One line, which is cut into words. */
static void
answer(struct yett_policy *policy, char *line)
{
	char *words[WORDS_MOST] = { NULL }, *rest = NULL;
	size_t count = 0;

	for (char *word = strtok_r(line, " \t\r\n", &rest);
	     word != NULL && count < WORDS_MOST;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	if (count == 0 || words[0][0] == '#')
		return;
	if (count == 2 && strcmp(words[0], "hello") == 0) {
		const struct yett_client_hello hello = {
			.server_name = words[1]
		};

		(void)ask_hello(policy, &hello); /* it was told */
	} else if (is_method(words[0]) &&
	    (count == 2 || (count == 4 && strcmp(words[2], "with") == 0))) {
		ask_url(policy, words, count);
	} else {
		puts("error: write `hello NAME`, or `GET https://NAME/PATH "
		     "[with TRUST]`");
	}
}

static enum yett_exit
repl(const struct yett_arguments *arguments)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	struct yett_policy *policy;
	bool person = isatty(STDIN_FILENO) == 1;
	enum yett_status status;
	char *line = NULL;
	size_t room = 0;

	yett_complaint_init(&complaint);
	status = yett_policy_load(&policy, arguments->operand,
	    &complaint.report, &fault);
	if (status != YETT_OK)
		return yett_complain(&complaint, status, &fault);
	for (;;) {
		if (person)
			fputs("yett> ", stdout);
		fflush(stdout); /* a program at the other end waits for it */
		if (getline(&line, &room, stdin) < 0)
			break;
		answer(policy, line);
	}
	if (person)
		putchar('\n');
	free(line);
	yett_policy_free(policy);
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_repl = {
	.name = "repl",
	.operand = "POLICY",
	.summary = "ask a policy, line by line",
	.story = "Reads lines from standard input and answers each with what "
		 "the policy decides:\n\n"
		 "  hello portal.example\n"
		 "  GET https://portal.example/admin\n"
		 "  GET https://portal.example/admin with staff\n\n"
		 "`with` names the trust that the client's certificate "
		 "verifies for.",
	.options = options,
	.run = repl,
};
