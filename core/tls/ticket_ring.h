/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ticket_ring.h - the secrets that seal tickets: the first seals, all of them
 * open.
 *
 * Generated and rotated in this process, or read from a file that several
 * gateways share. Frozen after it is made, and counted.
 */
#ifndef YETT_TLS_TICKET_RING_H
#define YETT_TLS_TICKET_RING_H

#include <stdatomic.h>

#include "base/file.h"
#include "tls/tickets.h"

/* The most roots of a ring. */
#define YETT_TICKET_ROOTS 8

/* GnuTLS gives its tickets that long. */
#define YETT_TICKET_LIFE_S (6 * 3600)

struct yett_ticket_ring {
	atomic_uint refs;
	uint32_t count;
	struct yett_ticket_root root[YETT_TICKET_ROOTS];
	/* Until when tickets of it live, in nanoseconds of the monotonic
	 * clock; of the first, and of those from a file: unknown. */
	uint64_t until[YETT_TICKET_ROOTS];
	/* Of a file; as it was looked at before it was read. */
	struct yett_file_stamp stamp;
	char *path; /* NULL: made here */
};

/* One new root, one reference. */
YETT_MUST_USE
enum yett_status
yett_ticket_ring_make(struct yett_ticket_ring **out, struct yett_fault *fault);

/* A new root before those of `old` whose tickets still live at `now`; of more
 * than there is room for the newest. */
YETT_MUST_USE
enum yett_status yett_ticket_ring_turn(struct yett_ticket_ring **out,
    const struct yett_ticket_ring *old, uint64_t now, struct yett_fault *fault);

/* Whether the last tickets of a root that does not seal have died by `now`. */
bool
yett_ticket_ring_is_stale(const struct yett_ticket_ring *ring, uint64_t now);

/* The same ring without those roots. */
YETT_MUST_USE
enum yett_status yett_ticket_ring_trim(struct yett_ticket_ring **out,
    const struct yett_ticket_ring *old, uint64_t now);

/*
 * Read the text file `path`: one root a line, 128 hexadecimal digits; lines
 * that are empty or begin with # are passed over.
 * YETT_E_NOT_FOUND, YETT_E_SYSTEM, YETT_E_LIMIT: it cannot be read
 * YETT_E_POLICY: another form, the same root twice, none or too many, or
 *                others than its owner may write it, or strangers read it
 */
YETT_MUST_USE
enum yett_status yett_ticket_ring_read(struct yett_ticket_ring **out,
    const char *path, struct yett_fault *fault);

/* NULL is fine and gives NULL. */
struct yett_ticket_ring *yett_ticket_ring_ref(struct yett_ticket_ring *ring);
/* Release and forget; the last one wipes. NULL inside is fine. */
void yett_ticket_ring_unref(struct yett_ticket_ring **ring);

/* Which root sealed a ticket that begins with one of `ticket`, in `scope`: its
 * key goes to `key`. The first root when none did. */
YETT_MUST_USE
enum yett_status yett_ticket_ring_key(const struct yett_ticket_ring *ring,
    const struct yett_ticket_scope *scope, const struct yett_slice *ticket,
    uint32_t ticket_count, uint32_t *root, uint8_t key[YETT_TICKET_KEY_LEN]);

#endif
