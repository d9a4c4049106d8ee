/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One decision everywhere: random requests under random policies get the same
 * from a gateway over TLS, from explain, from the language of tests, from a
 * program that asks the policy, from the gateway's own record when it is
 * replayed, under this policy and under another, and sites that diff proves
 * equal answer alike.
 */
#include "unit/decision_world.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "policy/diff.h"
#include "tools/loaded_policy.h"
#include "tools/record_read.h"
#include "tools/replay.h"
#include "yett_tools.h"

#define PAIRS 20    /* of policies */
#define REQUESTS 50 /* to each; so there are 2,000 in all */

/* Two policies, and what became of the same requests under each. */
struct play {
	unsigned seed;
	char path[2][32];
	struct yett_policy *policy[2];
	struct world_request request[REQUESTS];
	struct world_outcome live[2][REQUESTS];
	/* These are on connections that policy 0 did not ask for a certificate,
	 * before policy 1 came. */
	bool is_older, is_old[REQUESTS];
};

/* How many requests each way answered, so that none is left out silently. */
static struct {
	unsigned explained, asked, tested, replayed, replayed_other, equal;
	unsigned older;
} count;

static void
differ(const struct play *play, int i, int k, const char *who, const char *said)
{
	const struct world_request *request = &play->request[k];
	const struct world_outcome *live = &play->live[i][k];
	char policy[8192] = "";
	FILE *file = fopen(play->path[i], "r");

	if (file != NULL) {
		policy[fread(policy, 1, sizeof(policy) - 1, file)] = '\0';
		fclose(file);
	}
	fail_msg("seed %u, policy %d, request %d: %s %s for %s, server name "
		 "%s, header %s, certificate %s: the gateway: %s%u %s %s%s; "
		 "%s: %s\n%s",
	    play->seed, i, k, request->method, request->target, request->host,
	    request->sni != NULL ? request->sni : "none",
	    request->header_count > 0 ? request->header[0] : "none",
	    request->certificate->name != NULL ? request->certificate->name
					       : "none",
	    live->refused ? "handshake refused " : "", live->status,
	    live->reason, live->cause, live->forwarded ? " forwarded" : "", who,
	    said, policy);
}

static void
must_be(const struct play *play, int i, int k, const char *who,
    const struct world_outcome *said)
{
	const struct world_outcome *live = &play->live[i][k];
	char text[160];

	if (live->refused == said->refused && live->status == said->status &&
	    live->forwarded == said->forwarded &&
	    (!live->has_reason || !said->has_reason ||
		(strcmp(live->reason, said->reason) == 0 &&
		    strcmp(live->cause, said->cause) == 0)))
		return;
	snprintf(text, sizeof(text), "%s%u %s %s%s",
	    said->refused ? "handshake refused " : "", said->status,
	    said->reason, said->cause, said->forwarded ? " forwarded" : "");
	differ(play, i, k, who, text);
}

/* --- a gateway --- */

static void
ask_gateway(struct play *play, int i)
{
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_gateway *gateway;

	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	if (yett_gateway_load(gateway, play->path[i], NULL, &fault) !=
		YETT_OK ||
	    yett_gateway_start(gateway, &fault) != YETT_OK)
		fail_msg("%s: %s: %s", play->path[i], fault.where, fault.what);
	for (int k = 0; k < REQUESTS; k++)
		world_send(yett_gateway_port(gateway, 0), &play->request[k],
		    &play->live[i][k]);
	yett_gateway_stop(gateway);
	yett_gateway_free(gateway);
}

/* --- a program that asks the policy --- */

static void
ask_policy(struct play *play, int i, int k)
{
	const struct world_request *request = &play->request[k];
	char subject[32];
	struct yett_http_request asked = {
		.hello = { .server_name = request->sni,
		    .version = request->tls12 ? 0x0303 : 0x0304 },
		.method = request->method,
		.target = request->target,
		.host = request->host,
		.certificate_trust = request->certificate->trust,
		.certificate_subject = subject,
		.was_not_asked = play->is_older,
		.header = request->header,
		.header_count = request->header_count,
	};
	struct world_outcome said = { .has_reason = 1 };
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_handshake_outcome hello;
	struct yett_request_outcome outcome;

	if (request->certificate->expired)
		return; /* no program can say that */
	snprintf(subject, sizeof(subject), "CN=%s",
	    request->certificate->common != NULL ? request->certificate->common
						 : "");
	if (yett_policy_ask_hello(play->policy[i], &asked.hello, &hello,
		&fault) != YETT_OK ||
	    yett_policy_ask_request(play->policy[i], &asked, &outcome,
		&fault) != YETT_OK)
		fail_msg("%s: %s", request->target, fault.what);
	said.forwarded = outcome.status == 0;
	said.status = outcome.status == 0 ? 200 : outcome.status;
	snprintf(said.reason, sizeof(said.reason), "%s", outcome.reason);
	snprintf(said.cause, sizeof(said.cause), "%s", outcome.cause);
	if (play->live[i][k].refused && said.status == 444) {
		said.refused = 1;
		said.status = 0;
	}
	if (hello.need == YETT_HANDSHAKE_REFUSED && !said.refused &&
	    !play->is_older)
		differ(play, i, k, "the hello", "refused");
	must_be(play, i, k, "ask_request", &said);
	count.asked++;
}

/* --- explain --- */

static void
keep_text(void *arg, const char *text, size_t len)
{
	assert_int_equal(yett_buf_append(arg, (struct yett_slice){ text, len }),
	    YETT_OK);
}

static void
read_story(const char *story, struct world_outcome *out)
{
	json_t *root = json_loads(story, 0, NULL);
	const json_t *answer = json_object_get(root, "answer");
	const char *from = json_string_value(json_object_get(answer, "from"));
	const char *reason = json_string_value(
	    json_object_get(answer, "reason"));
	const char *cause = json_string_value(json_object_get(answer, "cause"));

	assert_non_null(from);
	*out = (struct world_outcome){ .has_reason = 1 };
	out->refused = strcmp(from, "handshake") == 0;
	out->forwarded = strcmp(from, "upstream") == 0;
	if (!out->refused)
		out->status = out->forwarded
		    ? 200
		    : (unsigned)json_integer_value(
			  json_object_get(answer, "status"));
	snprintf(out->reason, sizeof(out->reason), "%s",
	    reason != NULL ? reason : "");
	snprintf(out->cause, sizeof(out->cause), "%s",
	    cause != NULL ? cause : "");
	json_decref(root);
}

static void
explain(struct play *play, int i, int k)
{
	const struct world_request *request = &play->request[k];
	char url[256], certificate[32];
	struct yett_explain_question question = {
		.url = url,
		.hello = { .server_name = request->sni != NULL ? request->sni
							       : "",
		    .version = request->tls12 ? 0x0303 : 0x0304 },
		.asked = play->is_older ? YETT_EXPLAIN_ASKED_NONE
					: YETT_EXPLAIN_ASKED_AS_DECIDED,
		.method = request->method,
		.header = request->header,
		.header_count = request->header_count,
	};
	struct yett_fault fault = YETT_FAULT_NONE;
	struct world_outcome said;
	struct yett_buf story = { 0 };

	if (request->target[0] != '/')
		return; /* no URL has it */
	snprintf(url, sizeof(url), "https://%s%s", request->host,
	    request->target);
	if (request->certificate->name != NULL) {
		snprintf(certificate, sizeof(certificate), "%s.pem",
		    request->certificate->name);
		question.certificate = certificate;
	}
	if (yett_policy_explain(play->policy[i], &question, YETT_FORMAT_JSON,
		keep_text, &story, &fault) != YETT_OK)
		fail_msg("%s: %s: %s", url, fault.where, fault.what);
	assert_int_equal(yett_buf_append(&story, (struct yett_slice){ "", 1 }),
	    YETT_OK);
	read_story(yett_buf_slice(&story).at, &said);
	yett_buf_clear(&story);
	must_be(play, i, k, "explain", &said);
	count.explained++;
}

/* --- the language of tests --- */

/* Headers of the message itself are not in the language. */
static bool
can_be_tested(const struct world_request *request)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strncmp(request->header[i], "X-", 2) != 0 &&
		    strncmp(request->header[i], "Max-", 4) != 0 &&
		    strncmp(request->header[i], "Origin", 6) != 0 &&
		    strncmp(request->header[i], "Access-", 7) != 0)
			return false;
	return request->target[0] == '/';
}

static void
write_facts(FILE *out, const struct world_request *request, bool is_older)
{
	const struct world_certificate *certificate = request->certificate;

	fprintf(out, "request { method = '%s', url = 'https://%s%s',\n",
	    request->method, request->host, request->target);
	fprintf(out, "  on = connection { tls = '%s'%s%s%s%s },\n",
	    request->tls12 ? "1.2" : "1.3", is_older ? ", asked = false" : "",
	    request->sni != NULL ? ", sni = '" : "",
	    request->sni != NULL ? request->sni : "",
	    request->sni != NULL ? "'" : "");
	if (certificate->name != NULL)
		fprintf(out,
		    "  with = certificate { issuer = '%s', cn = '%s'%s },\n",
		    certificate->trust, certificate->common,
		    certificate->expired ? ", expired = true" : "");
	fputs("  headers = {", out);
	for (size_t i = 0; i < request->header_count; i++) {
		const char *line = request->header[i];
		int name = (int)strcspn(line, ":");

		fprintf(out, " ['%.*s'] = '%s',", name, line, line + name + 2);
	}
	fputs(" } },\n", out);
}

static void
write_expectation(FILE *out, const struct world_outcome *live)
{
	if (live->refused) {
		fputs("  expect { handshake = 'refused' },\n}\n", out);
		return;
	}
	fprintf(out, "  expect { handshake = 'complete', status = %u",
	    live->status);
	if (live->reason[0] != '\0')
		fprintf(out, ", reason = '%s'", live->reason);
	if (live->cause[0] != '\0')
		fprintf(out, ", cause = '%s'", live->cause);
	if (live->forwarded)
		fputs(", verdict = 'allow'", out);
	fputs(" },\n}\n", out);
}

static void
test_all(struct play *play, int i)
{
	char path[48];
	const char *const paths[] = { path };
	struct yett_buf told = { 0 };
	const struct yett_test_run run = { .paths = paths,
		.path_count = 1,
		.write = keep_text,
		.write_arg = &told };
	struct yett_fault fault = YETT_FAULT_NONE;
	unsigned before = count.tested;
	int passed = 0;
	FILE *out;

	snprintf(path, sizeof(path), "%.*s_test.lua",
	    (int)strcspn(play->path[i], "."), play->path[i]);
	out = fopen(path, "w");
	assert_non_null(out);
	for (int k = 0; k < REQUESTS; k++) {
		if (!can_be_tested(&play->request[k]) ||
		    (play->is_older && !play->is_old[k]))
			continue;
		fprintf(out, "test '%d' {\n  ", k);
		write_facts(out, &play->request[k], play->is_older);
		write_expectation(out, &play->live[i][k]);
		count.tested++;
	}
	assert_int_equal(fclose(out), 0);
	if (count.tested > before &&
	    (yett_policy_test(&run, &passed, &fault) != YETT_OK || !passed)) {
		fprintf(stderr, "%s%.*s\n", fault.what,
		    YETT_ARG(yett_buf_slice(&told)));
		differ(play, i, 0, "the tests", "as above");
	}
	yett_buf_clear(&told);
}

/* --- the record --- */

/* A record of policy `from`, replayed under policy `to`. */
struct replaying {
	struct play *play;
	int from, to;
	struct yett_replay replay;
};

static int
request_of(const struct replaying *replaying, uint64_t port)
{
	for (int k = 0; k < REQUESTS; k++)
		if (replaying->play->live[replaying->from][k].port == port)
			return k;
	return -1; /* it was tried again */
}

/* What is recorded is the decision: what is allowed may be answered by the
 * gateway after all. */
static void
read_replayed(const char *text, const struct world_outcome *live,
    struct world_outcome *out)
{
	*out = *live;
	out->has_reason = 0;
	if (strcmp(text, "handshake refused") == 0) {
		*out = (struct world_outcome){ .refused = 1 };
	} else if (strcmp(text, "allowed") == 0) {
		out->refused = 0;
		if (live->status != 200 && live->status != 413)
			out->status = 200;
	} else {
		out->refused = 0;
		assert_int_equal(sscanf(text, "%u %31s", &out->status,
				     out->reason),
		    2);
		out->forwarded = 0;
	}
}

static void
replay_line(void *arg, char *line, size_t len)
{
	struct replaying *replaying = arg;
	struct play *play = replaying->play;
	struct yett_record_entry entry;
	struct yett_replayed replayed;
	struct world_outcome said;
	int k;

	if (len == 0)
		return;
	assert_true(yett_record_entry_parse(line, len, &entry));
	if (entry.kind != YETT_RECORD_ENTRY_HELLO &&
	    entry.kind != YETT_RECORD_ENTRY_REQUEST)
		return;
	k = request_of(replaying, entry.client_port);
	yett_replay_decide(&replaying->replay, &entry, &replayed);
	/* What the record never has: whether a name is there. */
	if (replayed.answer == YETT_REPLAY_UNTOLD &&
	    strcmp(replayed.missing, "identity") == 0)
		return;
	if (replaying->from == replaying->to) {
		if (replayed.answer != YETT_REPLAY_SAME)
			differ(play, replaying->to, k < 0 ? 0 : k,
			    "its own record",
			    replayed.answer == YETT_REPLAY_UNTOLD
				? replayed.missing
				: replayed.after);
		count.replayed++;
		return;
	}
	if (k < 0 || entry.kind == YETT_RECORD_ENTRY_HELLO ||
	    replayed.answer == YETT_REPLAY_UNTOLD)
		return;
	read_replayed(replayed.after, &play->live[replaying->to][k], &said);
	must_be(play, replaying->to, k, "the other's record", &said);
	count.replayed_other++;
}

static void
replay(struct play *play, int from, int to)
{
	struct yett_policy *policy = play->policy[to];
	struct replaying replaying = { .play = play,
		.from = from,
		.to = to,
		.replay = {
		    .gen = policy->loaded.gen,
		    .functions = yett_instance_functions(policy->instance),
		    .ids = calloc((size_t)yett_generation_trust_count(
				      policy->loaded.gen) +
			    1,
			sizeof(uint64_t)),
		    .by_name = !yett_policy_knows_trusts(policy),
		} };
	const struct yett_record_reader reader = { .line = replay_line,
		.arg = &replaying };
	char record[48];

	assert_non_null(replaying.replay.ids);
	snprintf(record, sizeof(record), "%s.record", play->path[from]);
	assert_int_equal(yett_record_read(record, &reader, NULL), YETT_OK);
	free(replaying.replay.ids);
}

/* --- diff --- */

/* What diff proves equal is what decides: a limit of a body is not. */
static void
hold_against(void *arg, const struct yett_diff_site *site)
{
	struct play *play = arg;

	if (site->answer != YETT_DIFF_EQUAL)
		return;
	for (int k = 0; k < REQUESTS; k++) {
		const char *sni = play->request[k].sni;

		if (sni == NULL ||
		    !yett_slice_eq(site->name, yett_slice_of(sni)) ||
		    play->live[0][k].status == 413 ||
		    play->live[1][k].status == 413)
			continue;
		must_be(play, 0, k, "the policy that is proven equal",
		    &play->live[1][k]);
		count.equal++;
	}
}

/* --- connections that are older than the rules --- */

/* Whether policy 0 completes its handshake and asks nothing, by its rules. */
static bool
is_not_asked(const struct play *play, const struct world_request *request)
{
	const struct yett_client_hello hello = { .server_name = request->sni,
		.version = request->tls12 ? 0x0303 : 0x0304 };
	const struct yett_site *site =
	    yett_generation_site(play->policy[0]->loaded.gen,
		request->sni != NULL ? yett_slice_of(request->sni)
				     : YETT_SLICE_NONE);
	struct yett_handshake_outcome outcome;

	if (site == NULL || site->hello_function >= 0)
		return false;
	assert_int_equal(yett_policy_ask_hello(play->policy[0], &hello,
			     &outcome, NULL),
	    YETT_OK);
	return outcome.need == YETT_HANDSHAKE_NEED_NONE;
}

static void
ask_reloaded_gateway(struct play *play)
{
	struct world_connection *connection[REQUESTS] = { NULL };
	struct yett_gateway *gateway;

	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	assert_int_equal(yett_gateway_load(gateway, play->path[0], NULL, NULL),
	    YETT_OK);
	assert_int_equal(yett_gateway_start(gateway, NULL), YETT_OK);
	for (int k = 0; k < REQUESTS; k++)
		if (play->is_old[k])
			connection[k] = world_connect(yett_gateway_port(gateway,
							  0),
			    &play->request[k]);
	assert_int_equal(yett_gateway_load(gateway, play->path[1], NULL, NULL),
	    YETT_OK);
	for (int k = 0; k < REQUESTS; k++)
		if (play->is_old[k])
			world_ask(connection[k], &play->request[k],
			    &play->live[1][k]);
	yett_gateway_stop(gateway);
	yett_gateway_free(gateway);
}

static void
play_older(struct play *play)
{
	play->is_older = true;
	for (int k = 0; k < REQUESTS; k++)
		play->is_old[k] = is_not_asked(play, &play->request[k]);
	ask_reloaded_gateway(play);
	for (int k = 0; k < REQUESTS; k++) {
		if (!play->is_old[k])
			continue;
		ask_policy(play, 1, k);
		explain(play, 1, k);
		count.older++;
	}
	test_all(play, 1);
}

/* --- all of them --- */

static void
play_pair(unsigned seed)
{
	static struct play play;

	play = (struct play){ .seed = seed };
	for (unsigned i = 0; i < 2; i++) {
		struct yett_fault fault = YETT_FAULT_NONE;

		snprintf(play.path[i], sizeof(play.path[i]), "p%u-%u.lua", seed,
		    i);
		world_write_policy(play.path[i], seed, i);
		if (yett_policy_load(&play.policy[i], play.path[i], NULL,
			&fault) != YETT_OK)
			fail_msg("seed %u: %s: %s", seed, fault.where,
			    fault.what);
	}
	chance_begin(seed + 100000);
	for (int k = 0; k < REQUESTS; k++)
		world_make_request(&play.request[k]);
	for (int i = 0; i < 2; i++) {
		ask_gateway(&play, i);
		for (int k = 0; k < REQUESTS; k++) {
			ask_policy(&play, i, k);
			explain(&play, i, k);
		}
		test_all(&play, i);
		replay(&play, i, i);
	}
	replay(&play, 0, 1);
	replay(&play, 1, 0);
	assert_int_equal(yett_diff(play.policy[0]->loaded.gen,
			     play.policy[1]->loaded.gen, hold_against, &play),
	    YETT_OK);
	play_older(&play);
	yett_policy_free(play.policy[0]);
	yett_policy_free(play.policy[1]);
}

static void
test_all_ways_agree(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= PAIRS; seed++)
		play_pair(seed);
	print_message("# explained %u, asked %u, tested %u, replayed %u, under "
		      "another policy %u, proven equal %u, older %u\n",
	    count.explained, count.asked, count.tested, count.replayed,
	    count.replayed_other, count.equal, count.older);
	assert_true(count.older > 100);
	assert_true(count.explained >= 2000);
	assert_true(count.asked > 1700);
	assert_true(count.tested > 1200);
	assert_true(count.replayed > 2500);
	assert_true(count.replayed_other > 800);
	assert_true(count.equal > 200);
}

static void
ignore_log(void *arg, enum yett_log_level level, const char *line, size_t len)
{
	(void)arg, (void)level, (void)line, (void)len;
}

static int
set_up(void **state)
{
	(void)state;
	yett_log_set(ignore_log, NULL, YETT_LOG_ERROR);
	world_open();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	world_close();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_ways_agree),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
