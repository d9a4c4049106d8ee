/* SPDX-License-Identifier: Apache-2.0 */
/*
 * learned.h - which clients are to be asked at their next handshake, because a
 * need of theirs came too late (late = { learn = ... }).
 *
 * Who is told to come back is in the table before he is told. So whatever
 * handshake he then begins is asked, and only connections that are older, or
 * than a reload, get such an answer, which closes them: there are not more than
 * were open.
 *
 * One table for the process, so that a client is known whichever worker it
 * comes back to: 65,536 entries of 64 bits, each an atomic, in sets of four.
 * Any thread, no lock, nothing to wait for.
 *
 * An entry is known by 46 bits of a keyed hash of address and server name; the
 * key is random, so that nobody can choose with whom to collide. What can go
 * wrong, and what comes of it:
 *
 * - Two clients with the same 46 bits (a chance of four in 2^32 for each look
 *   at a full set): one is asked for a certificate without need, as every
 *   client is without this table. Nobody is let in by it.
 * - A full set forgets the entry that would end first. A client that is
 *   forgotten is told once more to come back; it is never refused for it.
 *   Who floods the table can do so to others; he needs a late request, an
 *   address or a name for each entry, and wins nothing else.
 * - Two threads write one entry: one of the clients is forgotten, as above.
 */
#ifndef YETT_REQUEST_LEARNED_H
#define YETT_REQUEST_LEARNED_H

#include "base/status.h"
#include "policy/facts.h"

struct yett_learned; /* opaque */

/* YETT_E_NOMEM, YETT_E_TLS: no memory, no random key. */
YETT_MUST_USE
enum yett_status
yett_learned_new(struct yett_learned **out, struct yett_fault *fault);
void yett_learned_free(struct yett_learned *learned);

/* Remember it for `ms` milliseconds from `now` (monotonic, nanoseconds), to
 * the next 67 ms. */
void yett_learned_add(struct yett_learned *learned, const struct yett_ip *ip,
    struct yett_slice sni, uint64_t now, uint32_t ms);

bool yett_learned_has(const struct yett_learned *learned,
    const struct yett_ip *ip, struct yett_slice sni, uint64_t now);

#endif
