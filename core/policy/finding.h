/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding.h - findings about a policy: mistakes, warnings, remarks.
 *
 * Every check of a policy, of its text, its rules or its certificates, adds to
 * one list, which script/finding_text.h sorts and prints. A list keeps the
 * first thousand, the worst before others, and counts the rest. One thread at
 * a time.
 */
#ifndef YETT_POLICY_FINDING_H
#define YETT_POLICY_FINDING_H

#include "base/arena.h"
#include "base/status.h"
#include "policy/rules.h"

enum yett_severity {
	YETT_SEVERITY_NOTE, /* good to know; nothing is wrong */
	YETT_SEVERITY_WARNING,
	YETT_SEVERITY_ERROR,
};

/*
 * Where to point. With a column that is the place; else the declaration
 * `label` is looked up in the line, in it the value of `field`, and in that, as
 * far as it stands there, the element and its member.
 */
struct yett_spot {
	struct yett_place place;
	uint32_t length;         /* in bytes, with a column */
	struct yett_slice label; /* `path "/admin"`, or absent */
	const char *field;       /* static; NULL: the declaration's name */
	uint32_t element;        /* from 1, of a list; 0: the value itself */
	const char *member;      /* static; of a table in it, or NULL */
};

/* What a rule, or a site by its fallback, says in `field`; NULL: itself. */
static inline struct yett_spot
yett_spot_of_rule(const struct yett_rule *rule, const char *field)
{
	return (struct yett_spot){ .place = rule->place,
		.label = rule->label,
		.field = field };
}

/* A second place, and what is to be seen there. */
struct yett_finding_note {
	struct yett_spot spot;
	struct yett_slice message;
};

#define YETT_FINDING_NOTES 2

struct yett_finding {
	enum yett_severity severity;
	const char *code; /* "W201" */
	struct yett_spot spot;
	struct yett_slice message, help; /* help may be absent */
	struct yett_finding_note note[YETT_FINDING_NOTES];
	uint32_t note_count;
};

/* All zero is a valid empty list. */
struct yett_findings {
	struct yett_finding *at;
	uint32_t count, capacity;
	uint32_t kept[YETT_SEVERITY_ERROR + 1]; /* of `count`, by severity */
	uint64_t total, errors, warnings;       /* those not kept included */
	struct yett_arena arena;                /* of all texts */
};

/* Free everything; the list is empty and usable. */
void yett_findings_clear(struct yett_findings *findings);

/*
 * Add one. What `spot` borrows must live as long as the list; the message is
 * copied. NULL when it was counted but not kept; the functions below take
 * that. Lent until the next one is added.
 */
struct yett_finding *yett_finding_add(struct yett_findings *findings,
    enum yett_severity severity, const char *code, const struct yett_spot *spot,
    const char *format, ...) YETT_PRINTF(5, 6);

/* How to cure it, in one line. */
void yett_finding_help(struct yett_findings *findings,
    struct yett_finding *finding, const char *format, ...) YETT_PRINTF(3, 4);

/* Another place that has to do with it; the third and later are dropped. */
void
yett_finding_note(struct yett_findings *findings, struct yett_finding *finding,
    const struct yett_spot *spot, const char *format, ...) YETT_PRINTF(4, 5);

/* Add the error that `fault` tells; its `where` may be "file:line:column". */
struct yett_finding *yett_findings_add_fault(struct yett_findings *findings,
    const char *code, const struct yett_fault *fault);

#endif
