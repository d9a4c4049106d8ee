/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record_entry_trusts.h - maps the trusts that a line of the record names to
 * those of a policy.
 *
 * Two trusts are the same if their authorities are, whatever their names.
 * Lines of format 1 do not have these, and the files of a policy may be
 * elsewhere; then the name decides.
 */
#ifndef YETT_TOOLS_RECORD_ENTRY_TRUSTS_H
#define YETT_TOOLS_RECORD_ENTRY_TRUSTS_H

#include "policy/generation.h"
#include "tools/record_entry.h"

/* Lent. */
struct yett_record_entry_trusts {
	const struct yett_record_entry *recorded;
	const struct yett_generation *gen;
	bool by_name; /* the authorities of `gen` are not known */
};

/* Whether the line tells which authorities its trusts had, and the policy
 * which it has. */
bool
yett_record_entry_trusts_known(const struct yett_record_entry_trusts *trusts);

/* Whether the handshake named this trust. */
bool
yett_record_entry_trusts_named(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust *trust);

/* Whether it named all of `set`; whether it named them and no other. */
bool yett_record_entry_trusts_were_asked(const struct yett_record_entry_trusts
					     *trusts,
    const struct yett_trust_set *set);
bool yett_record_entry_trusts_are(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust_set *set);

/* How the certificate fared with `trust`; absent: nobody looked. */
struct yett_slice
yett_record_entry_trusts_fared(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust *trust);

/* Whether it verified for one of `set`. */
bool
yett_record_entry_trusts_verified(const struct yett_record_entry_trusts *trusts,
    const struct yett_trust_set *set);

#endif
