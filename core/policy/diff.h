/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.h - proves that two policies decide alike, or finds a request on which
 * they differ.
 *
 * What a declared site decides depends on which of its patterns a path
 * matches, which of the rule's trusts the handshake asked for and how the
 * certificate verifies for them; where rules use them, also on the time, the
 * client's share, what was learned, whether the request is a preflight, and
 * what paths may keep (site_path.h). That is finite: one path for each way to
 * match the patterns of both sites, times a few handshakes, certificates,
 * moments and clients, represents all of them. decide.h itself decides each
 * under both policies, unless a site refuses its path before any rule. Alike
 * means: the same handshake, and for each request the same verdict, status,
 * reason and redirect, and the same that is learned. What a rule in shadow
 * reports is ignored, because no client sees it. Pure: no clock, no file.
 */
#ifndef YETT_POLICY_DIFF_H
#define YETT_POLICY_DIFF_H

#include "policy/decide.h"

#define YETT_DIFF_PATH 4096

enum yett_diff_answer {
	YETT_DIFF_EQUAL,     /* proven */
	YETT_DIFF_DIFFERENT, /* the example shows it */
	YETT_DIFF_UNKNOWN,   /* `why` */
};

/* How a handshake went and what came, on which two policies disagree. */
struct yett_diff_example {
	bool is_handshake; /* they ask differently; nothing else counts */
	char path[YETT_DIFF_PATH];  /* normal */
	struct yett_slice asked;    /* the trust asked for; absent: not asked */
	bool sent;                  /* a certificate */
	struct yett_slice verified; /* the trust it verifies for; or absent: */
	enum yett_verification failure;      /* then this, for every trust */
	const struct yett_certificate *leaf; /* lent for the call */
	/* What else it takes; zero: anything. */
	uint64_t seconds;         /* since 1970 */
	struct yett_ip client_ip; /* a client in such a share */
	bool in_share, learned, preflight;
	char before[192], after[192];
};

/* What is told of one server name, which stands for all that are decided like
 * it; of a wildcard, one that no other site covers. */
struct yett_diff_site {
	struct yett_slice name;            /* empty: none was sent */
	const struct yett_site *old, *now; /* NULL: none covers the name */
	enum yett_diff_answer answer;
	const char *why; /* static */
	struct yett_diff_example example;
};

/*
 * Compare what both policies do for `name`. Trusts are the same when their
 * names are and what they were declared with.
 * YETT_E_NOMEM: nothing is known.
 */
YETT_MUST_USE
enum yett_status yett_diff_name(const struct yett_generation *old,
    const struct yett_generation *now, struct yett_slice name,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg);

/* Compare one name for each way to be covered by a site of either. */
YETT_MUST_USE
enum yett_status
yett_diff(const struct yett_generation *old, const struct yett_generation *now,
    void (*tell)(void *arg, const struct yett_diff_site *site), void *arg);

#endif
