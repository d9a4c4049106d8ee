/* SPDX-License-Identifier: Apache-2.0 */
/*
 * access_log.h - one line per answered request, as JSON or W3C extended.
 *
 * Owns the file, opened for appending; each line is one write, so that several
 * workers share it without a lock. A full disk, or a pipe that nobody reads,
 * loses lines and blocks nobody. Query strings and header values are never
 * written. A file that was moved or deleted is closed within a second, or with
 * the next generation.
 */
#ifndef YETT_ROLLOUT_ACCESS_LOG_H
#define YETT_ROLLOUT_ACCESS_LOG_H

#include "base/buf.h"
#include "policy/decide.h"

struct yett_access_log;

/* What is known of a request when its answer ends. Absent slices are fine. */
struct yett_access {
	uint64_t began;                   /* wall clock, nanoseconds */
	uint64_t duration;                /* nanoseconds */
	struct yett_slice client, server; /* numeric addresses */
	uint16_t server_port;
	struct yett_slice id, site, rule, host, method, path;
	struct yett_slice error; /* what was wrong, or how it ended early */
	struct yett_slice tls;   /* "1.3" */
	struct yett_slice group, signature; /* of the handshake (agreed.h) */
	struct yett_slice subject, issuer, serial, sha256; /* the client's */
	struct yett_slice trust;    /* that verified its certificate */
	struct yett_slice upstream; /* target that answered, absent: we did */
	uint64_t generation;
	struct yett_slice protocol; /* "HTTP/1.1" */
	unsigned status, substatus; /* as sent; 0: it ended before an answer */
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

/* Once a second, in one thread: if somebody moved the file away, what follows
 * goes into one of the policy's name. NULL is fine. */
void yett_access_log_tend(struct yett_access_log *log);

/* Nobody writes any more; what was lost and not told yet is. NULL is fine. */
void yett_access_log_close(struct yett_access_log *log);

/* Append one line; `scratch` is overwritten. The first that cannot be written
 * is told in the log (access-log-failed), and how many were not once writing
 * works again (access-log-lost), at most once a second. False: this one was
 * not. Any thread; never waits for a reader. */
bool yett_access_log_write(struct yett_access_log *log,
    const struct yett_access *access, struct yett_buf *scratch);

#endif
