/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.h - decides a recorded decision again under another policy.
 *
 * As if the connection had begun under that policy: first the handshake, then
 * the request with what that handshake asks. It never invents what the record
 * lacks: if the decision used such a fact, the result is "cannot be told". One
 * thread.
 */
#ifndef YETT_TOOLS_REPLAY_H
#define YETT_TOOLS_REPLAY_H

#include "policy/decide.h"
#include "tools/record_entry.h"

/* What decides; lent. `ids` has room for all trusts of `gen`. */
struct yett_replay {
	const struct yett_generation *gen;
	const struct yett_functions *functions;
	uint64_t *ids;
	const struct yett_trace *trace; /* hears the decision; may be NULL */
	/* The authorities of `gen` are not known: trusts are told apart by
	 * their names, as if no name had got others. */
	bool by_name;
	/* Instead of deciding a request look at its facts: answers which it
	 * looked at, a set of enum yett_fact. NULL: decide. */
	uint32_t (*look)(void *arg, const struct yett_request *request);
	void *arg;
};

enum yett_replay_answer {
	YETT_REPLAY_SAME,
	YETT_REPLAY_CHANGED,
	YETT_REPLAY_UNTOLD,
};

/* Texts are copies, places are the generation's. */
struct yett_replayed {
	enum yett_replay_answer answer;
	char before[64], after[160];
	char missing[96];             /* with UNTOLD: the fact */
	const struct yett_site *site; /* NULL: none any more */
	const struct yett_rule *rule; /* the site's own, a path's, or NULL */
	bool newly_refused;
	bool newly_asked; /* a handshake that did not ask for a certificate */
	/* Late on a connection that stays open while the policy changes. */
	bool late_if_open;
};

/* Decide a hello or a request again. */
void yett_replay_decide(struct yett_replay *replay,
    const struct yett_record_entry *recorded, struct yett_replayed *out);

#endif
