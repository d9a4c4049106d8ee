/* SPDX-License-Identifier: Apache-2.0 */
#include "rollout/load_errors.h"

#include <stdio.h>

static bool
is_at(const struct yett_place *place, const struct yett_finding *finding)
{
	return place->line == finding->spot.place.line &&
	    yett_slice_eq(place->file, finding->spot.place.file);
}

static size_t
write_label(const struct yett_listen *listen, char *label, size_t size)
{
	bool six;

	six = memchr(listen->address.at, ':', listen->address.len) != NULL;
	return (size_t)snprintf(label, size, "listen \"%s%.*s%s:%u\"",
	    six ? "[" : "", YETT_ARG(listen->address), six ? "]" : "",
	    listen->port);
}

/* Point at `listen "127.0.0.1:8443"`, as it is declared in the finding's line,
 * or at its fd. */
static void
find_listen(struct yett_findings *findings, const struct yett_generation *gen,
    struct yett_finding *finding)
{
	char label[100];

	for (uint32_t i = 0; i < yett_generation_listen_count(gen); i++) {
		const struct yett_listen *listen = yett_generation_listen(gen,
		    i);
		size_t len;

		if (!is_at(&listen->place, finding))
			continue;
		if (listen->fd.len > 0) {
			finding->spot.label = YETT_LIT("listen");
			finding->spot.field = "fd";
			return;
		}
		len = write_label(listen, label, sizeof(label));
		finding->spot.label = yett_arena_copy(&findings->arena,
		    (struct yett_slice){ label,
			len < sizeof(label) ? len : sizeof(label) - 1 });
		return;
	}
}

/* The file of a log that the message names. */
static void
find_log(const struct yett_generation *gen, const struct yett_fault *fault,
    struct yett_finding *finding)
{
	const struct yett_settings *settings = yett_generation_settings(gen);
	struct yett_slice access = settings->log.access;

	finding->spot.place = settings->place;
	finding->spot.label = YETT_LIT("gateway");
	finding->spot.field = "log";
	finding->spot.member = access.at != NULL &&
		strstr(fault->what, access.at) != NULL
	    ? "access"
	    : "record";
}

void
yett_load_errors_add(struct yett_findings *findings,
    const struct yett_generation *gen, const char *code,
    const struct yett_fault *fault)
{
	struct yett_finding *finding = yett_findings_add_fault(findings, code,
	    fault);

	yett_finding_help(findings, finding,
	    "`yett explain %s` tells what is looked at", code);
	if (finding == NULL || finding->spot.place.column != 0)
		return;
	if (finding->spot.place.line == 0 && strcmp(code, "E503") == 0) {
		find_log(gen, fault, finding);
		return;
	}
	find_listen(findings, gen, finding);
}

void
yett_load_errors_add_tickets(struct yett_findings *findings,
    const struct yett_generation *gen, const struct yett_fault *fault)
{
	const struct yett_settings *settings = yett_generation_settings(gen);
	struct yett_spot spot = { .place = settings->place,
		.label = YETT_LIT("gateway"),
		.field = "tickets",
		.member = "keys" };
	/* Its line, unless the message names the file already. */
	bool tells_where = fault->where[0] != '\0' &&
	    strstr(fault->what, settings->tickets.keys.at) == NULL;
	struct yett_finding *finding = yett_finding_add(findings,
	    YETT_SEVERITY_ERROR, "E501", &spot, "%s%s%s",
	    tells_where ? fault->where : "", tells_where ? ": " : "",
	    fault->what);

	yett_finding_help(findings, finding,
	    "`yett explain E501` tells what is looked at");
}
