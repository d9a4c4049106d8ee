/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ca_names.h"

#include <stdlib.h>

#include "tls/cas.h"
#include "tls/datum.h"

struct named {
	gnutls_x509_crt_t crt; /* lent */
	gnutls_datum_t name;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *left = a, *right = b;

	if (left->name.size != right->name.size)
		return left->name.size < right->name.size ? -1 : 1;
	return memcmp(left->name.data, right->name.data, left->name.size);
}

/* Move the first of each name to the front of `ca`; how many there are. */
static size_t
keep_each_name(struct named *list, size_t count, gnutls_x509_crt_t *ca)
{
	size_t kept = 0;

	qsort(list, count, sizeof(*list), by_name);
	for (size_t i = 0; i < count; i++)
		if (i == 0 || by_name(&list[i - 1], &list[i]) != 0)
			ca[kept++] = list[i].crt;
	return kept;
}

enum yett_status
yett_ca_names_set(const struct yett_trust_store *const *store, uint32_t count,
    gnutls_certificate_credentials_t into)
{
	size_t total = 0, used = 0;
	struct named *list;
	gnutls_x509_crt_t *ca;
	int code = GNUTLS_E_MEMORY_ERROR;

	for (uint32_t i = 0; i < count; i++)
		total += yett_trust_store_cas(store[i])->count;
	if (total == 0)
		return YETT_OK;
	list = calloc(total, sizeof(*list));
	ca = calloc(total, sizeof(gnutls_x509_crt_t));
	if (list == NULL || ca == NULL)
		goto out;
	for (uint32_t i = 0; i < count; i++) {
		const struct yett_cas *cas = yett_trust_store_cas(store[i]);

		for (size_t k = 0; k < cas->count; k++) {
			list[used].crt = cas->ca[k];
			code = gnutls_x509_crt_get_raw_dn(list[used].crt,
			    &list[used].name);
			if (code < 0)
				goto out;
			used++;
		}
	}
	total = keep_each_name(list, used, ca);
	code = gnutls_certificate_set_x509_trust(into, ca, (int)total);
out:
	for (size_t i = 0; i < used; i++)
		gnutls_free(list[i].name.data);
	free(list);
	free(ca);
	return code < 0 ? YETT_E_TLS : YETT_OK;
}
