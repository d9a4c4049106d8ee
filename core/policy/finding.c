/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/finding.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* More than this is kept for nobody; a generated policy may have millions. */
#define MOST_KEPT 1000

void
yett_findings_clear(struct yett_findings *findings)
{
	free(findings->at);
	yett_arena_clear(&findings->arena);
	*findings = (struct yett_findings){ 0 };
}

/* A kept one that says less than `severity`; NULL: there is none. */
static struct yett_finding *
find_lesser(const struct yett_findings *findings, enum yett_severity severity)
{
	uint64_t lesser = 0;

	for (unsigned i = 0; i < severity; i++)
		lesser += findings->kept[i];
	for (uint32_t i = 0; lesser > 0 && i < findings->count; i++)
		if (findings->at[i].severity < severity)
			return &findings->at[i];
	return NULL;
}

/* Room for one more, if need be that of a lesser one; NULL when it is not to be
 * kept or memory is out. */
static struct yett_finding *
reserve(struct yett_findings *findings, enum yett_severity severity)
{
	uint32_t capacity = findings->capacity == 0 ? 16
						    : findings->capacity * 2;
	struct yett_finding *grown;

	if (findings->count == MOST_KEPT) {
		grown = find_lesser(findings, severity);
		if (grown != NULL)
			findings->kept[grown->severity]--;
		return grown;
	}
	if (findings->count == findings->capacity) {
		grown = reallocarray(findings->at, capacity, sizeof(*grown));
		if (grown == NULL)
			return NULL;
		findings->at = grown;
		findings->capacity = capacity;
	}
	return &findings->at[findings->count++];
}

/* A text without memory is an absent one: better a bare place than nothing. */
YETT_PRINTF(2, 0)
static struct yett_slice
write_text(struct yett_findings *findings, const char *format, va_list args)
{
	char text[1024];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (len < 0)
		len = 0;
	if ((size_t)len >= sizeof(text))
		len = sizeof(text) - 1;
	return yett_arena_copy(&findings->arena,
	    (struct yett_slice){ text, (size_t)len });
}

struct yett_finding *
yett_finding_add(struct yett_findings *findings, enum yett_severity severity,
    const char *code, const struct yett_spot *spot, const char *format, ...)
{
	struct yett_finding *finding = reserve(findings, severity);
	va_list args;

	findings->total++;
	findings->errors += severity == YETT_SEVERITY_ERROR;
	findings->warnings += severity == YETT_SEVERITY_WARNING;
	if (finding == NULL)
		return NULL;
	findings->kept[severity]++;
	*finding = (struct yett_finding){ .severity = severity,
		.code = code,
		.spot = *spot };
	va_start(args, format);
	finding->message = write_text(findings, format, args);
	va_end(args);
	return finding;
}

void
yett_finding_help(struct yett_findings *findings, struct yett_finding *finding,
    const char *format, ...)
{
	va_list args;

	if (finding == NULL)
		return;
	va_start(args, format);
	finding->help = write_text(findings, format, args);
	va_end(args);
}

void
yett_finding_note(struct yett_findings *findings, struct yett_finding *finding,
    const struct yett_spot *spot, const char *format, ...)
{
	struct yett_finding_note *note;
	va_list args;

	if (finding == NULL || finding->note_count == YETT_FINDING_NOTES)
		return;
	note = &finding->note[finding->note_count++];
	note->spot = *spot;
	va_start(args, format);
	note->message = write_text(findings, format, args);
	va_end(args);
}

/* The number behind the last colon of `text`, which loses both; 0: none. */
static uint32_t
cut_number(struct yett_slice *text)
{
	size_t start = text->len;

	while (start > 0 && isdigit((unsigned char)text->at[start - 1]))
		start--;
	if (start == text->len || start < 2 || text->at[start - 1] != ':')
		return 0;
	text->len = start - 1;
	return (uint32_t)strtoul(text->at + start, NULL, 10);
}

struct yett_finding *
yett_findings_add_fault(struct yett_findings *findings, const char *code,
    const struct yett_fault *fault)
{
	struct yett_slice where = yett_slice_of(fault->where);
	uint32_t last = cut_number(&where), first = cut_number(&where);
	struct yett_spot spot = { .length = 1 };

	spot.place.line = first != 0 ? first : last;
	spot.place.column = first != 0 ? last : 0;
	spot.place.file = yett_arena_copy(&findings->arena, where);
	return yett_finding_add(findings, YETT_SEVERITY_ERROR, code, &spot,
	    "%s", fault->what);
}
