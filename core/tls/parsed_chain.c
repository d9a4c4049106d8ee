/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/parsed_chain.h"

#include "tls/datum.h"

bool
yett_chain_is_too_large(const struct yett_chain *chain)
{
	size_t total = 0;

	for (uint32_t i = 0; i < chain->count; i++)
		total += chain->der[i].len;
	return chain->count > YETT_CHAIN_CERTIFICATES ||
	    total > YETT_CHAIN_BYTES;
}

static bool
add(struct yett_parsed_chain *parsed, struct yett_slice der)
{
	gnutls_datum_t datum = yett_datum(der);

	if (gnutls_x509_crt_init(&parsed->crt[parsed->count]) < 0)
		return false;
	return gnutls_x509_crt_import(parsed->crt[parsed->count++], &datum,
		   GNUTLS_X509_FMT_DER) >= 0;
}

bool
yett_parsed_chain_open(struct yett_parsed_chain *out,
    const struct yett_chain *chain)
{
	*out = (struct yett_parsed_chain){ .der = *chain };
	if (chain->count == 0 || yett_chain_is_too_large(chain))
		return false;
	for (uint32_t i = 0; i < chain->count; i++)
		if (!add(out, chain->der[i])) {
			yett_parsed_chain_clear(out);
			return false;
		}
	return true;
}

void
yett_parsed_chain_clear(struct yett_parsed_chain *parsed)
{
	if (parsed == NULL)
		return;
	for (uint32_t i = 0; i < parsed->count; i++)
		gnutls_x509_crt_deinit(parsed->crt[i]);
	parsed->count = 0;
}
