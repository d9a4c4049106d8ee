/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/replay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/address.h"
#include "policy/site_path.h"
#include "rollout/record_line.h"
#include "tools/record_entry_trusts.h"

/* One recorded decision as facts, and what is not known of them. */
struct playing {
	struct yett_replay *replay;
	const struct yett_record_entry *recorded;
	struct yett_record_entry_trusts trusts;
	struct yett_hello hello;
	struct yett_certificate leaf;
	struct yett_slice spiffe;
	char spiffe_text[300];
	uint32_t missing;                /* set of enum yett_fact */
	uint32_t hello_read;             /* the same, by the handshake */
	struct yett_slice trust_missing; /* how it judged is not known */
	struct yett_slice undated;       /* whom it believed then is not */
	bool identity_missing;
};

static void
untold(struct yett_replayed *out, const char *what, struct yett_slice name)
{
	out->answer = YETT_REPLAY_UNTOLD;
	if (name.at == NULL)
		snprintf(out->missing, sizeof(out->missing), "%s", what);
	else
		snprintf(out->missing, sizeof(out->missing), "%s \"%.*s\"",
		    what, YETT_ARG(name));
}

/* Whether what was read is known; else says so. */
static bool
knows(const struct playing *playing, uint32_t read, struct yett_replayed *out)
{
	uint32_t lacks = read & playing->missing;

	if (lacks == 0)
		return true;
	untold(out, yett_fact_name((enum yett_fact)(lacks & -lacks)),
	    YETT_SLICE_NONE);
	return false;
}

/* --- the handshake --- */

static void
read_address(struct playing *playing)
{
	struct yett_address address;

	if (playing->recorded->client_ip.at == NULL ||
	    yett_address_parse(&address, playing->recorded->client_ip, 0,
		NULL) != YETT_OK) {
		playing->missing |= YETT_FACT_CLIENT_IP;
		return;
	}
	yett_address_mapped(&address, playing->hello.client_ip.byte);
	playing->hello.client_port = (uint16_t)playing->recorded->client_port;
}

static void
read_hello(struct playing *playing)
{
	const struct yett_record_entry *recorded = playing->recorded;

	playing->hello = (struct yett_hello){
		.sni = recorded->sni,
		.alpn = recorded->alpn.at,
		.alpn_count = recorded->alpn.count,
		.version = yett_slice_eq(recorded->version, YETT_LIT("1.2"))
		    ? 0x0303
		    : 0x0304,
		.offers_post_handshake_auth = recorded->post_handshake_auth,
		.now = recorded->time,
		.learned = recorded->kind == YETT_RECORD_ENTRY_HELLO
		    ? recorded->learned
		    : recorded->hello_learned,
	};
	if (!recorded->has_learned)
		playing->missing |= YETT_FACT_LEARNED;
	if (recorded->version.at == NULL)
		playing->missing |= YETT_FACT_VERSION;
	if (!recorded->has_alpn || recorded->alpn.more)
		playing->missing |= YETT_FACT_ALPN;
	read_address(playing);
}

static void
write_asked(char *out, size_t size, const struct playing *playing,
    const struct yett_hello_decision *decision)
{
	size_t used;

	if (decision->action != YETT_HANDSHAKE_GO) {
		snprintf(out, size, "handshake refused");
		return;
	}
	if (decision->need == YETT_NEED_NONE) {
		snprintf(out, size, "not asked");
		return;
	}
	used = (size_t)snprintf(out, size, "handshake asks, %s",
	    yett_need_name(decision->need));
	for (uint32_t i = 0; i < decision->trusts.count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used, " \"%.*s\"",
		    YETT_ARG(yett_generation_trust(playing->replay->gen,
			decision->trusts.index[i])
				 ->name));
}

static void
write_asked_then(char *out, size_t size,
    const struct yett_record_entry *recorded)
{
	if (!yett_slice_eq(recorded->outcome, YETT_LIT("go")))
		snprintf(out, size, "handshake refused");
	else if (yett_slice_eq(recorded->asked, YETT_LIT("none")))
		snprintf(out, size, "not asked");
	else
		snprintf(out, size, "handshake asks, %.*s",
		    YETT_ARG(recorded->asked));
}

static void
replay_hello(struct playing *playing,
    const struct yett_hello_decision *decision, struct yett_replayed *out)
{
	const struct yett_record_entry *recorded = playing->recorded;
	bool went = yett_slice_eq(recorded->outcome, YETT_LIT("go"));
	bool goes = decision->action == YETT_HANDSHAKE_GO;

	write_asked(out->after, sizeof(out->after), playing, decision);
	write_asked_then(out->before, sizeof(out->before), recorded);
	out->rule = decision->because;
	if (went == goes &&
	    (!goes ||
		(yett_slice_eq(recorded->asked,
		     yett_slice_of(yett_need_name(decision->need))) &&
		    yett_record_entry_trusts_are(&playing->trusts,
			&decision->trusts))))
		return;
	out->answer = YETT_REPLAY_CHANGED;
	out->newly_refused = went && !goes;
	out->newly_asked = goes && decision->need != YETT_NEED_NONE &&
	    yett_slice_eq(recorded->asked, YETT_LIT("none"));
}

/* --- the certificate --- */

static enum yett_verification
verification_of(struct yett_slice word)
{
	for (int i = YETT_VERIFIED; i < YETT_VERIFICATIONS; i++) {
		enum yett_verification one = (enum yett_verification)i;

		if (yett_slice_eq(word,
			yett_slice_of(yett_verification_name(one))))
			return one;
	}
	return YETT_VERIFY_UNTRUSTED;
}

static enum yett_verification
verify(void *arg, const struct yett_trust *trust)
{
	struct playing *playing = arg;
	struct yett_slice word =
	    yett_record_entry_trusts_fared(&playing->trusts, trust);

	if (word.at == NULL)
		playing->trust_missing = trust->name;
	else if (!yett_record_entry_trusts_known(&playing->trusts))
		playing->undated = trust->name;
	return verification_of(word);
}

static bool
identity_matches(void *arg, const struct yett_identity *identity)
{
	struct playing *playing = arg;
	char digest[20];

	snprintf(digest, sizeof(digest), "%016" PRIx64,
	    yett_record_identity(identity));
	if (yett_slice_eq(playing->recorded->identity, yett_slice_of(digest)))
		return playing->recorded->identity_matched;
	playing->identity_missing = true;
	return false;
}

/*
 * Whether the client would show what it showed then. A client that sent
 * nothing has nothing for fewer trusts either; one that sent something sends
 * it again when its trust is named. All else would be a guess.
 */
static bool
shows_the_same(const struct playing *playing,
    const struct yett_hello_decision *decision)
{
	const struct yett_record_entry *recorded = playing->recorded;

	if (decision->need == YETT_NEED_NONE)
		return true; /* nothing */
	if (!recorded->has_sent || recorded->trusts.more)
		return false;
	if (!recorded->sent)
		return yett_record_entry_trusts_were_asked(&playing->trusts,
		    &decision->trusts);
	return yett_record_entry_trusts_are(&playing->trusts,
		   &decision->trusts) ||
	    yett_record_entry_trusts_verified(&playing->trusts,
		&decision->trusts);
}

static void
lend_certificate(struct playing *playing, struct yett_peer_facts *peer)
{
	struct yett_slice domain = playing->recorded->spiffe;

	playing->leaf = (struct yett_certificate){ 0 };
	if (domain.at != NULL) {
		int len = snprintf(playing->spiffe_text,
		    sizeof(playing->spiffe_text), "spiffe://%.*s",
		    YETT_ARG(domain));

		playing->spiffe = (struct yett_slice){ playing->spiffe_text,
			(size_t)len };
		playing->leaf.uri = &playing->spiffe;
		playing->leaf.uri_count = 1;
	}
	*peer = (struct yett_peer_facts){ &playing->leaf, verify, playing };
}

/* --- the request --- */

static bool
has_header(const struct yett_record_entry *recorded, const char *name)
{
	for (uint32_t i = 0; i < recorded->headers.count; i++)
		if (yett_slice_eq(recorded->headers.at[i].name,
			yett_slice_of(name)))
			return true;
	return false;
}

static bool
knows_headers(const struct yett_record_entry *recorded,
    const struct yett_header_reads *reads, struct yett_replayed *out)
{
	for (uint32_t i = 0; i < reads->count; i++)
		if (!has_header(recorded, reads->name[i])) {
			untold(out, "header", yett_slice_of(reads->name[i]));
			return false;
		}
	if (reads->more)
		untold(out, "headers", YETT_SLICE_NONE);
	return !reads->more;
}

/* The headers that were sent; `header` has room for those of a line. */
static uint32_t
read_headers(const struct yett_record_entry *recorded,
    struct yett_header *header)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < recorded->headers.count; i++)
		if (recorded->headers.at[i].value.at != NULL)
			header[count++] =
			    (struct yett_header){ recorded->headers.at[i].name,
				    recorded->headers.at[i].value };
	return count;
}

static void
note_missing(struct playing *playing)
{
	const struct yett_record_entry *recorded = playing->recorded;

	if (recorded->method.at == NULL)
		playing->missing |= YETT_FACT_METHOD;
	if (recorded->path.at == NULL)
		playing->missing |= YETT_FACT_PATH;
	/* That there was none is known; which one is not. */
	if (!recorded->has_query || recorded->query)
		playing->missing |= YETT_FACT_QUERY;
	playing->missing |= YETT_FACT_IDENTITY;
	/* Only OPTIONS may be one. */
	if (!recorded->has_preflight &&
	    (recorded->method.at == NULL ||
		yett_slice_eq(recorded->method, YETT_LIT("OPTIONS"))))
		playing->missing |= YETT_FACT_PREFLIGHT;
}

static void
decide_request(struct playing *playing, struct yett_request *request,
    const struct yett_trace *trace, struct yett_decision *decision)
{
	playing->trust_missing = playing->undated = YETT_SLICE_NONE;
	playing->identity_missing = false;
	yett_decide_request(playing->replay->gen, playing->replay->functions,
	    request, trace, decision);
}

/* Whether the decision stands on what is known; else says why not. */
static bool
stands(const struct playing *playing, const struct yett_decision *decision,
    const struct yett_header_reads *reads, bool shows,
    struct yett_replayed *out)
{
	if (!knows(playing, decision->read, out) ||
	    !knows_headers(playing->recorded, reads, out))
		return false;
	if ((decision->read & YETT_FACT_CERTIFICATE) == 0)
		return true;
	/* What was asked rests on it, and so what was late. */
	if ((playing->hello_read & playing->missing & YETT_FACT_LEARNED) != 0)
		untold(out, yett_fact_name(YETT_FACT_LEARNED), YETT_SLICE_NONE);
	else if (!shows)
		untold(out, "certificate", YETT_LIT("not asked for then"));
	else if (playing->identity_missing)
		untold(out, "identity", YETT_SLICE_NONE);
	else if (playing->undated.at != NULL)
		untold(out, "authorities of trust", playing->undated);
	else if (decision->verified == NULL &&
	    playing->trust_missing.at != NULL)
		untold(out, "verification by trust", playing->trust_missing);
	return out->answer != YETT_REPLAY_UNTOLD;
}

static void
write_outcome(char *out, size_t size, enum yett_verdict verdict,
    uint64_t status, struct yett_slice reason)
{
	switch (verdict) {
	case YETT_VERDICT_ALLOW: snprintf(out, size, "allowed"); return;
	case YETT_VERDICT_REDIRECT:
		snprintf(out, size, "%u redirect", (unsigned)status);
		return;
	case YETT_VERDICT_REFUSE: break;
	}
	snprintf(out, size, "%u %.*s", (unsigned)status, YETT_ARG(reason));
}

static enum yett_verdict
verdict_then(const struct yett_record_entry *recorded)
{
	if (yett_slice_eq(recorded->outcome, YETT_LIT("allowed")))
		return YETT_VERDICT_ALLOW;
	if (yett_slice_eq(recorded->outcome, YETT_LIT("redirected")))
		return YETT_VERDICT_REDIRECT;
	return YETT_VERDICT_REFUSE;
}

static void
compare(struct yett_replayed *out, const struct yett_record_entry *recorded,
    const struct yett_decision *decision)
{
	struct yett_slice reason = decision->reason == YETT_REASON_NONE
	    ? YETT_LIT("")
	    : yett_slice_of(yett_reason_name(decision->reason));

	out->site = decision->site;
	out->rule = decision->rule;
	write_outcome(out->after, sizeof(out->after), decision->verdict,
	    decision->status, reason);
	if (strcmp(out->before, out->after) == 0)
		return;
	out->answer = YETT_REPLAY_CHANGED;
	out->newly_refused = decision->verdict == YETT_VERDICT_REFUSE &&
	    verdict_then(recorded) != YETT_VERDICT_REFUSE;
}

/*
 * Whether the site refuses the path before any rule; without the path that
 * cannot be told where it may. Else *path is the one that it decides on, in
 * `scratch` if runs of slashes are merged.
 */
static bool
path_is_refused(const struct playing *playing, const struct yett_site *site,
    char *scratch, struct yett_slice *path, struct yett_replayed *out)
{
	const struct yett_record_entry *recorded = playing->recorded;
	struct yett_refusal refusal;

	if (site == NULL)
		return false;
	if (recorded->path.at == NULL)
		return site->ignore_case &&
		    !knows(playing, YETT_FACT_PATH, out);
	if (yett_site_path(path, site, *path, scratch, &refusal))
		return false;
	yett_trace_step(playing->replay->trace, "request", NULL,
	    "%.*s -> refused before any rule", YETT_ARG(recorded->path));
	snprintf(out->after, sizeof(out->after), "%u %s", refusal.status,
	    refusal.why);
	out->answer = YETT_REPLAY_CHANGED;
	out->newly_refused = verdict_then(recorded) != YETT_VERDICT_REFUSE;
	return true;
}

/* The handshake itself refuses: it is required, and what was sent fails. */
static bool
handshake_refuses(struct playing *playing,
    const struct yett_hello_decision *decision, bool shows,
    struct yett_replayed *out)
{
	const struct yett_record_entry *recorded = playing->recorded;

	if (decision->action == YETT_HANDSHAKE_GO) {
		if (decision->need != YETT_NEED_REQUIRE ||
		    yett_record_entry_trusts_verified(&playing->trusts,
			&decision->trusts))
			return false;
		/* It got through the same gate then. */
		if (yett_slice_eq(recorded->asked, YETT_LIT("require")) &&
		    yett_record_entry_trusts_are(&playing->trusts,
			&decision->trusts))
			return false;
		if (!shows || recorded->sent) {
			untold(out, "certificate",
			    YETT_LIT("not asked for then"));
			return true;
		}
	}
	snprintf(out->after, sizeof(out->after), "handshake refused");
	out->answer = YETT_REPLAY_CHANGED;
	out->newly_refused = verdict_then(recorded) != YETT_VERDICT_REFUSE;
	return true;
}

static void
read_asked(struct playing *playing, const struct yett_hello_decision *decision,
    struct yett_asked *out)
{
	const struct yett_generation *gen = playing->replay->gen;
	uint64_t *ids = playing->replay->ids;

	*out = (struct yett_asked){ .need = decision->need,
		.trust_id = ids,
		.trust_count = decision->trusts.count,
		.cause = decision->cause,
		.generation = yett_generation_id(gen) };
	for (uint32_t i = 0; i < decision->trusts.count; i++)
		ids[i] =
		    yett_generation_trust(gen, decision->trusts.index[i])->id;
}

/* What the handshake asked for then, as far as this policy knows it. */
static void
read_asked_then(struct playing *playing, struct yett_asked *out)
{
	const struct yett_generation *gen = playing->replay->gen;

	*out = (struct yett_asked){ .need = YETT_NEED_REQUEST,
		.trust_id = playing->replay->ids };
	if (yett_slice_eq(playing->recorded->asked, YETT_LIT("none")))
		out->need = YETT_NEED_NONE;
	for (uint32_t i = 0; i < yett_generation_trust_count(gen); i++) {
		const struct yett_trust *trust = yett_generation_trust(gen, i);

		if (yett_record_entry_trusts_named(&playing->trusts, trust))
			playing->replay->ids[out->trust_count++] = trust->id;
	}
}

/* The same request on a connection that is open while the policy changes. */
static bool
is_late_if_open(struct playing *playing, const struct yett_request *request)
{
	struct yett_request again = *request;
	struct yett_decision decision;

	again.peer = (struct yett_peer_facts){ .leaf = NULL };
	if (playing->recorded->sent)
		lend_certificate(playing, &again.peer);
	read_asked_then(playing, &again.asked);
	decide_request(playing, &again, NULL, &decision);
	return (decision.read & playing->missing) == 0 &&
	    decision.reason == YETT_REASON_LATE &&
	    !yett_slice_eq(playing->recorded->reason, YETT_LIT("late"));
}

static void
look(const struct playing *playing, const struct yett_request *request,
    struct yett_replayed *out)
{
	const struct yett_replay *replay = playing->replay;

	if (knows(playing, replay->look(replay->arg, request), out))
		(void)knows_headers(playing->recorded, request->header_reads,
		    out); /* it is in *out */
}

/* With `scratch`, which has room for the path. */
static void
replay_request_in(struct playing *playing,
    const struct yett_hello_decision *hello, char *scratch,
    struct yett_replayed *out)
{
	const struct yett_record_entry *recorded = playing->recorded;
	bool shows = shows_the_same(playing, hello);
	struct yett_header_reads reads = { .count = 0 };
	struct yett_header header[YETT_RECORD_ENTRY_MOST];
	struct yett_decision decision;
	struct yett_request request = {
		.hello = &playing->hello,
		.host = recorded->host,
		.method = recorded->method,
		.path = recorded->path.at != NULL ? recorded->path
						  : YETT_LIT("/"),
		.header = header,
		.header_count = read_headers(recorded, header),
		.now = recorded->time,
		.preflight = recorded->preflight,
		.learned = recorded->learned,
		.header_reads = &reads,
		.identity_matches = identity_matches,
	};

	write_outcome(out->before, sizeof(out->before), verdict_then(recorded),
	    recorded->status, recorded->reason);
	if (handshake_refuses(playing, hello, shows, out))
		return;
	note_missing(playing);
	if (path_is_refused(playing, hello->site, scratch, &request.path, out))
		return;
	if (recorded->sent && shows && hello->need != YETT_NEED_NONE)
		lend_certificate(playing, &request.peer);
	request.peer.arg = playing;
	read_asked(playing, hello, &request.asked);
	if (playing->replay->look != NULL) {
		look(playing, &request, out);
		return;
	}
	decide_request(playing, &request, playing->replay->trace, &decision);
	if (stands(playing, &decision, &reads, shows, out))
		compare(out, recorded, &decision);
	else
		out->rule = decision.rule;
	if (!yett_record_entry_trusts_are(&playing->trusts, &hello->trusts))
		out->late_if_open = is_late_if_open(playing, &request);
}

static void
replay_request(struct playing *playing, const struct yett_hello_decision *hello,
    struct yett_replayed *out)
{
	char *scratch = malloc(playing->recorded->path.len + 1);

	if (scratch != NULL)
		replay_request_in(playing, hello, scratch, out);
	else
		untold(out, "memory is out", YETT_SLICE_NONE);
	free(scratch);
}

void
yett_replay_decide(struct yett_replay *replay,
    const struct yett_record_entry *recorded, struct yett_replayed *out)
{
	struct playing playing;
	struct yett_hello_decision decision;

	playing.replay = replay;
	playing.recorded = recorded;
	playing.trusts = (struct yett_record_entry_trusts){ recorded,
		replay->gen, replay->by_name };
	playing.missing = 0;
	read_hello(&playing);
	out->answer = YETT_REPLAY_SAME;
	out->before[0] = out->after[0] = out->missing[0] = '\0';
	out->rule = NULL;
	out->newly_refused = out->newly_asked = out->late_if_open = false;
	yett_decide_hello(replay->gen, replay->functions, &playing.hello,
	    replay->trace, &decision);
	out->site = decision.site;
	playing.hello_read = decision.read;
	/* A request may not care about what was asked. */
	if (recorded->kind != YETT_RECORD_ENTRY_HELLO)
		decision.read &= ~(uint32_t)YETT_FACT_LEARNED;
	if (!knows(&playing, decision.read, out))
		return;
	if (recorded->kind == YETT_RECORD_ENTRY_HELLO)
		replay_hello(&playing, &decision, out);
	else
		replay_request(&playing, &decision, out);
}
