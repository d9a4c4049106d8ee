/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/cas.h"

#include <stdlib.h>

#include "base/file.h"
#include "tls/datum.h"
#include "tls/token.h"

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
