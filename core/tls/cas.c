/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/cas.h"

#include <stdlib.h>

#include "base/file.h"
#include "tls/datum.h"
#include "tls/token.h"
#include "tls/trust.h"

#define FILE_MOST (16 * 1024 * 1024)

void
yett_cas_clear(struct yett_cas *cas)
{
	for (size_t i = 0; i < cas->count; i++)
		gnutls_x509_crt_deinit(cas->ca[i]);
	free(cas->ca);
	*cas = (struct yett_cas){ NULL, 0 };
}

/* Takes `ca`, unless memory is out. */
static enum yett_status
add(struct yett_cas *cas, gnutls_x509_crt_t ca)
{
	gnutls_x509_crt_t *grown = reallocarray(cas->ca, cas->count + 1,
	    sizeof(*grown));

	if (grown == NULL)
		return YETT_E_NOMEM;
	cas->ca = grown;
	cas->ca[cas->count++] = ca;
	return YETT_OK;
}

/* The certificates of a file, or those that a URL names, in GnuTLS's memory. */
static enum yett_status
import_cas(struct yett_slice from, gnutls_x509_crt_t **list, unsigned *count,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	gnutls_datum_t data;
	bool is_pem, is_key = false;
	int code;

	if (yett_token_is_url(from)) {
		code = gnutls_x509_crt_list_import_url(list, count, from.at,
		    NULL, NULL, 0);
	} else {
		enum yett_status status = yett_file_read(from.at, FILE_MOST,
		    &text, fault);

		if (status != YETT_OK)
			return status;
		data = yett_datum(yett_buf_slice(&text));
		is_pem = data.size > 0 &&
		    memmem(data.data, data.size, "-----BEGIN", 10) != NULL;
		is_key = is_pem &&
		    memmem(data.data, data.size, " PRIVATE KEY-----", 17) !=
			NULL;
		code = gnutls_x509_crt_list_import2(list, count, &data,
		    is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER, 0);
		yett_buf_clear(&text);
	}
	if (code < 0 || *count == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "%.*s holds no CA certificate: %s",
		    YETT_ARG(yett_token_shown(from)),
		    is_key ? "it is a private key" : gnutls_strerror(code));
	return YETT_OK;
}

enum yett_status
yett_cas_add_file(struct yett_cas *cas, struct yett_slice from,
    struct yett_fault *fault)
{
	gnutls_x509_crt_t *list = NULL;
	unsigned count = 0;
	enum yett_status status = import_cas(from, &list, &count, fault);

	for (unsigned i = 0; status == YETT_OK && i < count; i++) {
		status = add(cas, list[i]);
		if (status == YETT_OK)
			list[i] = NULL;
	}
	for (unsigned i = 0; i < count; i++)
		if (list[i] != NULL)
			gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return status;
}

enum yett_status
yett_cas_move(struct yett_cas *cas, struct yett_cas *from)
{
	gnutls_x509_crt_t *grown = reallocarray(cas->ca,
	    cas->count + from->count + 1, sizeof(*grown));

	if (grown == NULL)
		return YETT_E_NOMEM;
	cas->ca = grown;
	for (size_t i = 0; i < from->count; i++)
		cas->ca[cas->count++] = from->ca[i];
	from->count = 0;
	return YETT_OK;
}

/* Copies of the CAs that the system trusts. */
static enum yett_status
copy_system_cas(struct yett_cas *cas, gnutls_x509_trust_list_t system)
{
	gnutls_x509_trust_list_iter_t at = NULL;
	gnutls_x509_crt_t ca;
	int code;

	while ((code = gnutls_x509_trust_list_iter_get_ca(system, &at, &ca)) >=
	    0) {
		if (add(cas, ca) == YETT_OK)
			continue;
		gnutls_x509_crt_deinit(ca);
		gnutls_x509_trust_list_iter_deinit(at);
		return YETT_E_NOMEM;
	}
	return code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? YETT_OK
							     : YETT_E_TLS;
}

enum yett_status
yett_cas_add_system(struct yett_cas *cas, struct yett_fault *fault)
{
	gnutls_x509_trust_list_t system;
	enum yett_status status = YETT_OK;
	int count = 0;

	if (gnutls_x509_trust_list_init(&system, 0) < 0)
		return YETT_E_NOMEM;
	count = gnutls_x509_trust_list_add_system_trust(system, 0, 0);
	if (count > 0)
		status = copy_system_cas(cas, system);
	gnutls_x509_trust_list_deinit(system, 1);
	if (status == YETT_OK && cas->count == 0)
		status = yett_fail(fault, YETT_E_NOT_FOUND,
		    "this system has no list of CA certificates; install one "
		    "(on Debian the package ca-certificates), or name a trust");
	return status;
}

/* --- names of CAs ------------------------------------------------------- */

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
yett_trust_stores_name(const struct yett_trust_store *const *store,
    uint32_t count, struct gnutls_certificate_credentials_st *into)
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
