/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_log.h - one line per answered request, as JSON or W3C extended.
 *
 * Owns the file, opened for appending; each line is one write, so that several
 * workers share it without a lock. Query strings, header values and
 * certificates are never written. Opened anew with every generation, which is
 * how a rotated file is let go.
 */
#ifndef YETT_GATEWAY_ACCESS_LOG_H
#define YETT_GATEWAY_ACCESS_LOG_H

#include "gateway/answer.h"

struct yett_access_log;

/* What is known of a request when its answer ends. Absent slices are fine. */
struct yett_access {
	uint64_t began;                   /* wall clock, nanoseconds */
	uint64_t duration;                /* nanoseconds */
	struct yett_slice client, server; /* numeric addresses */
	uint16_t server_port;
	struct yett_slice id, site, rule, host, method, path;
	struct yett_slice error;    /* what was wrong with the message */
	struct yett_slice tls;      /* "1.3" */
	struct yett_slice upstream; /* target that answered, absent: we did */
	uint64_t generation;
	unsigned minor;             /* of HTTP/1 */
	unsigned status, substatus; /* status 0: it was cut before an answer */
	uint32_t win32;
	enum yett_reason reason;
	enum yett_cause cause;
	enum yett_reason shadow; /* it was let in, but for a rule in shadow */
	enum yett_need asked;
	bool resumed;
	uint64_t bytes;    /* of the answer's body, or of a tunnel, down */
	uint64_t received; /* of the request's body, or of a tunnel, up */
};

/*
 * YETT_E_SYSTEM: the file cannot be opened for appending.
 */
YETT_MUST_USE
enum yett_status yett_access_log_open(struct yett_access_log **out,
    const char *path, enum yett_access_format format, struct yett_fault *fault);

/*
 * Whether yett_access_log_open() would succeed, without making the file.
 * YETT_E_SYSTEM: no.
 */
YETT_MUST_USE
enum yett_status
yett_access_log_check(const char *path, struct yett_fault *fault);

/* Nobody writes any more. NULL is fine. */
void yett_access_log_close(struct yett_access_log *log);

/* Append one line; `scratch` is overwritten. The first that cannot be written
 * is told in the log (access-log-failed), and how many were not once writing
 * works again (access-log-lost). False: this one was not. Any thread. */
bool yett_access_log_write(struct yett_access_log *log,
    const struct yett_access *access, struct yett_buf *scratch);

#endif
