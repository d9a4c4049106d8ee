/* SPDX-License-Identifier: Apache-2.0 */
/*
 * embed.c - ask a policy what it would do, without a socket or a key.
 *
 *     cc embed.c $(pkg-config --cflags --libs yett) -o embed
 *     ./embed ../minimal/first.lua portal.example /admin/users
 *
 * Prints what the handshake with this server name does about the client's
 * certificate, and what becomes of a GET of this path when the client shows
 * none. Exits 0 when the request is allowed, 1 when it is refused, 2 when the
 * policy cannot be asked.
 */
#include <stdio.h>

#include <yett.h>

static void
write_stderr(void *arg, const char *text, size_t len)
{
	(void)arg;
	fwrite(text, 1, len, stderr);
}

static const char *
need_name(enum yett_handshake_need need)
{
	switch (need) {
	case YETT_HANDSHAKE_NEED_NONE: return "does not ask";
	case YETT_HANDSHAKE_NEED_REQUEST: return "asks";
	case YETT_HANDSHAKE_NEED_REQUIRE: return "insists";
	case YETT_HANDSHAKE_REFUSED: break;
	}
	return "is refused";
}

static int
cannot_ask(const struct yett_fault *fault)
{
	fprintf(stderr, "embed: %s: %s\n", fault->where, fault->what);
	return 2;
}

int
main(int argc, char *argv[])
{
	struct yett_report report = { .write = write_stderr };
	struct yett_policy *policy;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_http_request request = { 0 };
	struct yett_handshake_outcome handshake;
	struct yett_request_outcome outcome;

	if (argc != 4) {
		fputs("usage: embed POLICY SERVER-NAME PATH\n", stderr);
		return 2;
	}
	if (yett_policy_load(&policy, argv[1], &report, &fault) != YETT_OK)
		return cannot_ask(&fault);
	request.hello.server_name = argv[2];
	request.target = argv[3];
	if (yett_policy_ask_hello(policy, &request.hello, &handshake, &fault) !=
		YETT_OK ||
	    yett_policy_ask_request(policy, &request, &outcome, &fault) !=
		YETT_OK) {
		yett_policy_free(policy);
		return cannot_ask(&fault);
	}
	yett_policy_free(policy);

	printf("the handshake with %s %s%s%s\n", argv[2],
	    need_name(handshake.need),
	    handshake.because[0] != '\0' ? " because of " : "",
	    handshake.because);
	if (outcome.status == 0)
		printf("GET %s is allowed by %s\n", argv[3], outcome.rule);
	else
		printf("GET %s is answered %u %s by %s\n", argv[3],
		    outcome.status, outcome.reason, outcome.rule);
	return outcome.status == 0 ? 0 : 1;
}
