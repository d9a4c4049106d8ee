/* SPDX-License-Identifier: Apache-2.0 */
#include "policy/sample.h"

#include <stdio.h>

/* Glob number `number` of a list with its stars left out, which it matches;
 * absent when it is too long, or there is none. */
static struct yett_slice
name_of(const struct yett_identity *identity, int kind, uint32_t number,
    char text[YETT_SAMPLE_TEXT])
{
	uint32_t count = identity->list[kind].count;
	struct yett_slice glob;
	size_t len = 0;

	if (count == 0)
		return YETT_SLICE_NONE;
	glob = identity->list[kind].glob[number < count ? number : count - 1];
	for (size_t i = 0; i < glob.len && len < YETT_SAMPLE_TEXT - 1; i++)
		if (glob.at[i] != '*')
			text[len++] = glob.at[i];
	return (struct yett_slice){ text, len };
}

void
yett_sample_make(struct yett_sample *sample,
    const struct yett_identity *identity, uint32_t number,
    struct yett_slice domain)
{
	struct yett_certificate *leaf = &sample->leaf;
	struct yett_slice *name = sample->name;

	*leaf = (struct yett_certificate){ 0 };
	for (int kind = 0; kind < YETT_IDENTITY_KINDS; kind++)
		name[kind] = identity == NULL
		    ? YETT_SLICE_NONE
		    : name_of(identity, kind, number, sample->text[kind]);
	leaf->dns = &name[YETT_IDENTITY_DNS];
	leaf->dns_count = leaf->dns->at != NULL;
	leaf->email = &name[YETT_IDENTITY_EMAIL];
	leaf->email_count = leaf->email->at != NULL;
	leaf->subject = name[YETT_IDENTITY_SUBJECT];
	leaf->fingerprint = name[YETT_IDENTITY_FINGERPRINT];
	leaf->uri = name[YETT_IDENTITY_SPIFFE].at != NULL
	    ? &name[YETT_IDENTITY_SPIFFE]
	    : &name[YETT_IDENTITY_URI];
	leaf->uri_count = leaf->uri->at != NULL;
	if (leaf->uri_count > 0 || domain.at == NULL)
		return;
	/* Of the trust's domain, or it would not verify for it. */
	snprintf(sample->text[YETT_IDENTITY_URI], YETT_SAMPLE_TEXT, "%s%.*s/",
	    yett_slice_starts_with(domain, YETT_LIT("spiffe://")) ? ""
								  : "spiffe://",
	    YETT_ARG(domain));
	name[YETT_IDENTITY_URI] = yett_slice_of(
	    sample->text[YETT_IDENTITY_URI]);
	leaf->uri_count = 1;
}
