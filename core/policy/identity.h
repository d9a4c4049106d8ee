/* SPDX-License-Identifier: Apache-2.0 */
/*
 * identity.h - whether a verified certificate matches the identity that a rule
 * requires.
 */
#ifndef YETT_POLICY_IDENTITY_H
#define YETT_POLICY_IDENTITY_H

#include "policy/facts.h"

/*
 * Whether for every list that is not empty one value of that kind matches one
 * of its globs. DNS names and the hosts of e-mail addresses are compared
 * without regard to case, all else as it stands. A SPIFFE id is the URI of a
 * certificate that has exactly one (X.509 SVID, section 2); a fingerprint is
 * compared whole, globs mean nothing there.
 */
bool yett_identity_matches(const struct yett_identity *identity,
    const struct yett_certificate *certificate);

/* The SPIFFE id of a certificate; absent when it has none. */
struct yett_slice
yett_certificate_spiffe(const struct yett_certificate *certificate);

/* The trust domain of its SPIFFE id; absent when it has none. */
struct yett_slice
yett_certificate_domain(const struct yett_certificate *certificate);

/* Whether its SPIFFE id is of this trust domain, as "acme.example" or
 * "spiffe://acme.example". */
bool yett_certificate_is_of_domain(const struct yett_certificate *certificate,
    struct yett_slice domain);

#endif
