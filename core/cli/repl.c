/* SPDX-License-Identifier: Apache-2.0 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/complaint.h"
#include "yett_tools.h"

#define WORDS_MOST 5 /* METHOD URL with TRUST, and one too many */
#define VALUE_MOST 4096

enum { LOG };

static const struct yett_option options[] = {
	[LOG] = { "log", "FILE", "record for `decision ID`" },
	{ NULL, NULL, NULL },
};

/* What expressions are about. */
enum about { NOTHING, A_HELLO, A_REQUEST, A_DECISION };
struct session {
	struct yett_policy *policy;
	const char *log;
	enum about about;
	char method[32], name[256], target[8192], trust[256], id[64];
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
		printf("%u%s%s%s%s", outcome.status,
		    outcome.reason[0] != '\0' ? " " : "", outcome.reason,
		    outcome.cause[0] != '\0' ? ", " : "", outcome.cause);
	if (outcome.rule[0] != '\0')
		printf(" by %s", outcome.rule);
	if (outcome.why[0] != '\0')
		printf(": %s", outcome.why);
	putchar('\n');
}

/* The question that the last line asked; its texts are the session's. */
static struct yett_http_request
question(const struct session *session)
{
	struct yett_http_request request = {
		.hello = { .server_name = session->name },
	};

	if (session->about != A_REQUEST)
		return request;
	request.method = session->method;
	request.target = session->target;
	if (session->trust[0] != '\0')
		request.certificate_trust = session->trust;
	return request;
}

/* METHOD https://NAME/TARGET [with TRUST] */
static void
ask_url(struct session *session, char *words[], size_t count)
{
	const char *url = words[1] + strlen("https://");
	struct yett_http_request request;
	size_t len;

	if (strncmp(words[1], "https://", strlen("https://")) != 0) {
		puts("error: a URL begins with https://");
		return;
	}
	len = strcspn(url, "/?");
	if (len >= sizeof(session->name) ||
	    strlen(url) >= sizeof(session->target) - 1 ||
	    strlen(words[0]) >= sizeof(session->method) ||
	    (count == 4 && strlen(words[3]) >= sizeof(session->trust))) {
		puts("error: the line is too long");
		return;
	}
	snprintf(session->target, sizeof(session->target), "%s%s",
	    url[len] == '/' ? "" : "/", url + len);
	snprintf(session->name, sizeof(session->name), "%.*s", (int)len, url);
	session->name[strcspn(session->name, ":")] = '\0';
	snprintf(session->method, sizeof(session->method), "%s", words[0]);
	snprintf(session->trust, sizeof(session->trust), "%s",
	    count == 4 ? words[3] : "");
	session->about = A_REQUEST;
	request = question(session);
	if (ask_hello(session->policy, &request.hello))
		ask_request(session->policy, &request);
}

static void
ask_name(struct session *session, const char *name)
{
	struct yett_http_request request;

	session->about = A_HELLO;
	snprintf(session->name, sizeof(session->name), "%s", name);
	request = question(session);
	(void)ask_hello(session->policy, &request.hello); /* it was told */
}

static void
write_stdout(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stdout);
}

static void
ask_decision(struct session *session, const char *id)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	enum yett_status status = yett_policy_explain_recorded(session->policy,
	    session->log, id, YETT_FORMAT_TEXT, write_stdout, NULL, &fault);

	if (status != YETT_OK) {
		tell_fault(&fault, status);
		return;
	}
	session->about = A_DECISION;
	snprintf(session->id, sizeof(session->id), "%s", id);
}

static void
evaluate(struct session *session, const char *text)
{
	struct yett_http_request request = question(session);
	struct yett_fault fault = YETT_FAULT_NONE;
	char value[VALUE_MOST];
	enum yett_status status = session->about == A_DECISION
	    ? yett_policy_evaluate_recorded(session->policy, session->log,
		  session->id, text, value, sizeof(value), &fault)
	    : yett_policy_evaluate(session->policy, text,
		  session->about == NOTHING ? NULL : &request, value,
		  sizeof(value), &fault);

	if (status == YETT_OK)
		puts(value);
	else
		tell_fault(&fault, status);
}

static bool
is_method(const char *word)
{
	return word[0] != '\0' &&
	    strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(word);
}

/* A word that begins like a URL or a path, which no expression does. */
static bool
is_place(const char *word)
{
	return word[0] == '/' || strncmp(word, "http", 4) == 0;
}

static size_t
cut(char *line, char *words[WORDS_MOST])
{
	char *rest = NULL;
	size_t count = 0;

	for (char *word = strtok_r(line, " \t\r\n", &rest);
	     word != NULL && count < WORDS_MOST;
	     word = strtok_r(NULL, " \t\r\n", &rest))
		words[count++] = word;
	return count;
}

/* One line; `copy` is the same to be cut into words. */
static void
answer(struct session *session, const char *line, char *copy)
{
	char *words[WORDS_MOST] = { NULL };
	size_t count = cut(copy, words);

	if (count == 0 || words[0][0] == '#')
		return;
	if (count == 2 && strcmp(words[0], "hello") == 0)
		ask_name(session, words[1]);
	else if (count == 2 && strcmp(words[0], "decision") == 0)
		ask_decision(session, words[1]);
	else if (count < 2 || !is_method(words[0]) || !is_place(words[1]))
		evaluate(session, line);
	else if (count == 2 || (count == 4 && strcmp(words[2], "with") == 0))
		ask_url(session, words, count);
	else
		puts("error: write `GET https://NAME/PATH [with TRUST]`");
}

static void
converse(struct session *session, bool person)
{
	char *line = NULL, *copy;
	size_t room = 0;

	for (;;) {
		if (person)
			fputs("yett> ", stdout);
		fflush(stdout); /* a program at the other end waits for it */
		if (getline(&line, &room, stdin) < 0)
			break;
		copy = strdup(line);
		if (copy == NULL)
			break;
		answer(session, line, copy);
		free(copy);
	}
	if (person)
		putchar('\n');
	free(line);
}

static enum yett_exit
repl(const struct yett_arguments *arguments)
{
	struct session session = { .log = arguments->option[LOG] };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_complaint complaint;
	enum yett_status status;

	yett_complaint_init(&complaint);
	status = yett_policy_load(&session.policy, arguments->operand,
	    &complaint.report, &fault);
	if (status != YETT_OK)
		return yett_complain(&complaint, status, &fault);
	converse(&session, isatty(STDIN_FILENO) == 1);
	yett_policy_free(session.policy);
	return YETT_EXIT_FINE;
}

const struct yett_verb yett_verb_repl = {
	.name = "repl",
	.operand = "POLICY",
	.summary = "try requests on a policy, line by line",
	.story = "Reads lines from standard input and prints what the policy "
		 "decides for each:\n"
		 "\n"
		 "  hello portal.example\n"
		 "  GET https://portal.example/admin\n"
		 "  GET https://portal.example/admin with staff\n"
		 "\n"
		 "  decision 18f0a3c2-1\n"
		 "  req.path:under \"/admin\" and deny { status = 404 }\n"
		 "\n"
		 "`with` names the trust that verifies the client certificate. "
		 "`decision` explains\n"
		 "a recorded decision. Any other line is evaluated like a "
		 "function of the policy,\n"
		 "in its sandbox and with its limits; `hello` and `req` are "
		 "those of the line\n"
		 "before.",
	.options = options,
	.run = repl,
};
