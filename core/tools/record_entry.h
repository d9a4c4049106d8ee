/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_entry.h - parses a line of the record into facts.
 *
 * A strict scanner of the lines that record_line.h writes: one JSON object of
 * known depth. It skips members that it does not know, so that it can read the
 * record of a later version. Strings are unescaped in place.
 */
#ifndef YETT_TOOLS_RECORD_ENTRY_H
#define YETT_TOOLS_RECORD_ENTRY_H

#include "base/status.h"
#include "policy/facts.h"

#define YETT_RECORD_ENTRY_MOST 32 /* elements of a list */

enum yett_record_entry_kind {
	YETT_RECORD_ENTRY_OTHER, /* a line of another kind: skip it */
	YETT_RECORD_ENTRY_HELLO,
	YETT_RECORD_ENTRY_REQUEST,
	YETT_RECORD_ENTRY_LOST, /* so many lines are missing here */
};

/* A name with a value: a header, or how a trust judged. */
struct yett_record_entry_pair {
	struct yett_slice name, value; /* value absent: null */
};

/* A list; what did not fit makes `more` true. */
struct yett_record_entry_list {
	struct yett_slice at[YETT_RECORD_ENTRY_MOST];
	uint32_t count;
	bool more;
};
struct yett_record_entry_pairs {
	struct yett_record_entry_pair at[YETT_RECORD_ENTRY_MOST];
	uint32_t count;
	bool more;
};

/* Slices are into the line. Absent facts were masked, or did not exist. */
struct yett_record_entry {
	enum yett_record_entry_kind kind;
	uint64_t format; /* 0: the first, which did not say */
	uint64_t time;   /* wall clock, nanoseconds */
	uint64_t lines;  /* with LOST */
	struct yett_slice id, connection;

	struct yett_slice sni;
	struct yett_record_entry_list alpn;
	bool has_alpn;
	struct yett_slice version; /* "1.3" */
	bool post_handshake_auth;
	struct yett_slice client_ip;
	uint64_t client_port;
	bool resumed;
	struct yett_slice group, signature; /* of the handshake (agreed.h) */

	struct yett_slice asked, asked_cause;     /* of the handshake */
	struct yett_record_entry_list trusts;     /* that it named */
	struct yett_record_entry_pairs trust_ids; /* by name; 16 hex digits */
	bool has_sent, sent;                      /* a certificate */
	struct yett_slice spiffe;                 /* its trust domain */
	struct yett_record_entry_pairs verified;
	struct yett_slice identity; /* digest of the rule's globs */
	bool identity_matched;

	struct yett_slice method, host, path;
	bool has_query, query;
	bool has_preflight, preflight;
	/* With a request, now and at its connection's hello. */
	bool has_learned, learned, hello_learned;
	struct yett_record_entry_pairs headers;

	struct yett_slice outcome, reason, cause, site, rule;
	uint64_t status;
};

/*
 * Read `line`, without its newline, which is changed. False: it is no line of
 * a record; `out` is undefined.
 */
YETT_MUST_USE
bool
yett_record_entry_parse(char *line, size_t len, struct yett_record_entry *out);

#endif
