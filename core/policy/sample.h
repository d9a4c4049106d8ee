/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h - synthetic certificates that match an identity, for comparing
 * policies.
 */
#ifndef YETT_POLICY_SAMPLE_H
#define YETT_POLICY_SAMPLE_H

#include "policy/facts.h"

#define YETT_SAMPLE_TEXT 512

/* A certificate and its names. */
struct yett_sample {
	struct yett_certificate leaf;
	struct yett_slice name[YETT_IDENTITY_KINDS];
	char text[YETT_IDENTITY_KINDS][YETT_SAMPLE_TEXT];
};

/* Sample `number` of an identity (NULL: any): one name of each kind, from its
 * globs; a URI of the trust `domain`, if that is not absent and no other is
 * wanted. Slices point into the sample. */
void yett_sample_make(struct yett_sample *sample,
    const struct yett_identity *identity, uint32_t number,
    struct yett_slice domain);

#endif
