/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ca_names.h"

#include <stdlib.h>

#include "tls/cas.h"

struct named {
	gnutls_x509_crt_t crt; /* lent */
	gnutls_datum_t name;
};

/* The names of several stores, each once. */
struct names {
	struct named *at;
	size_t count;
};

static int
by_name(const void *a, const void *b)
{
	const struct named *left = a, *right = b;

	if (left->name.size != right->name.size)
		return left->name.size < right->name.size ? -1 : 1;
	return memcmp(left->name.data, right->name.data, left->name.size);
}

/* Move the first of each name to the front, and free the others. */
static void
keep_each_name(struct names *names)
{
	size_t kept = 0;

	qsort(names->at, names->count, sizeof(*names->at), by_name);
	for (size_t i = 0; i < names->count; i++)
		if (kept == 0 ||
		    by_name(&names->at[kept - 1], &names->at[i]) != 0)
			names->at[kept++] = names->at[i];
		else
			gnutls_free(names->at[i].name.data);
	names->count = kept;
}

static void
names_clear(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		gnutls_free(names->at[i].name.data);
	free(names->at);
}

/* Empty where a store shall not be named. */
static enum yett_status
list_names(const struct yett_trust_store *const *store, uint32_t count,
    struct names *out)
{
	size_t total = 0;

	*out = (struct names){ NULL, 0 };
	for (uint32_t i = 0; i < count; i++) {
		if (yett_trust_store_is_nameless(store[i]))
			return YETT_OK;
		total += yett_trust_store_cas(store[i])->count;
	}
	out->at = calloc(total + 1, sizeof(*out->at));
	if (out->at == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < count; i++) {
		const struct yett_cas *cas = yett_trust_store_cas(store[i]);

		for (size_t k = 0; k < cas->count; k++) {
			struct named *named = &out->at[out->count];

			named->crt = cas->ca[k];
			if (gnutls_x509_crt_get_raw_dn(named->crt,
				&named->name) < 0) {
				names_clear(out);
				return YETT_E_TLS;
			}
			out->count++;
		}
	}
	keep_each_name(out);
	return YETT_OK;
}

static size_t
size_of(const struct names *names)
{
	size_t size = 0;

	for (size_t i = 0; i < names->count; i++)
		size += 2 + names->at[i].name.size;
	return size;
}

size_t
yett_ca_names_size(const struct yett_trust_store *const *store, uint32_t count)
{
	struct names names;
	size_t size;

	if (list_names(store, count, &names) != YETT_OK)
		return 0;
	size = size_of(&names);
	names_clear(&names);
	return size;
}

enum yett_status
yett_ca_names_set(const struct yett_trust_store *const *store, uint32_t count,
    gnutls_certificate_credentials_t into)
{
	struct names names;
	enum yett_status status = list_names(store, count, &names);
	gnutls_x509_crt_t *ca;

	if (status != YETT_OK)
		return status;
	ca = calloc(names.count + 1, sizeof(gnutls_x509_crt_t));
	if (ca == NULL)
		status = YETT_E_NOMEM;
	for (size_t i = 0; ca != NULL && i < names.count; i++)
		ca[i] = names.at[i].crt;
	if (status == YETT_OK && names.count > 0 &&
	    size_of(&names) <= YETT_CA_NAMES_BYTES &&
	    gnutls_certificate_set_x509_trust(into, ca, (int)names.count) < 0)
		status = YETT_E_TLS;
	free(ca);
	names_clear(&names);
	return status;
}
