/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/staple.h"

#include <gnutls/ocsp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/log.h"
#include "tls/bounds.h"
#include "tls/datum.h"

#define FILE_MOST (64 * 1024)

/* A response may be this much from the future: clocks differ. */
#define EARLY_S 300
/* How long one holds that does not say until when. */
#define USUAL_S (24 * 3600)

struct yett_ocsp_response {
	atomic_uint refs;
	gnutls_datum_t der; /* GnuTLS's memory */
	int64_t from, to;   /* seconds since 1970 */
};

struct yett_staple {
	struct yett_slice path;         /* lent */
	gnutls_x509_crt_t cert, issuer; /* issuer NULL: unknown */
	struct yett_file_stamp stamp;   /* the tender's */
	struct yett_fault fault;        /* ditto */
	bool told;                      /* ditto: that it ran out */
	pthread_mutex_t lock;
	struct yett_ocsp_response *response; /* a reference, or NULL */
};

/* --- responses ---------------------------------------------------------- */

gnutls_datum_t
yett_ocsp_response_der(const struct yett_ocsp_response *response)
{
	return response->der;
}

void
yett_ocsp_response_unref(struct yett_ocsp_response **response)
{
	struct yett_ocsp_response *taken = *response;

	*response = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	gnutls_free(taken->der.data);
	free(taken);
}

static enum yett_status
import(gnutls_ocsp_resp_t parsed, const char *path, struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status = yett_file_read(path, FILE_MOST, &text, fault);
	gnutls_datum_t data;
	bool is_pem;
	int code;

	if (status != YETT_OK)
		return status;
	data = yett_datum(yett_buf_slice(&text));
	is_pem = memmem(data.data, data.size, "-----BEGIN", 10) != NULL;
	code = gnutls_ocsp_resp_import2(parsed, &data,
	    is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER);
	yett_buf_clear(&text);
	if (code < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "it is no OCSP response: %s", gnutls_strerror(code));
	if (gnutls_ocsp_resp_get_status(parsed) != GNUTLS_OCSP_RESP_SUCCESSFUL)
		return yett_fail(fault, YETT_E_POLICY,
		    "the responder refused to answer");
	return YETT_OK;
}

/* Whether its key may be counted with. */
static bool
is_bounded(gnutls_x509_crt_t cert)
{
	gnutls_datum_t der;
	bool bounded;

	if (gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &der) < 0)
		return false;
	bounded = yett_bounds_look(yett_datum_slice(&der), 0) ==
	    YETT_BOUND_KEPT;
	gnutls_free(der.data);
	return bounded;
}

/* The issuer, and all that the response brings along. */
static bool
are_signers_bounded(const struct yett_staple *staple, gnutls_ocsp_resp_t parsed)
{
	bool bounded = is_bounded(staple->issuer);
	gnutls_x509_crt_t *list = NULL;
	size_t count = 0;

	if (gnutls_ocsp_resp_get_certs(parsed, &list, &count) < 0)
		return bounded;
	for (size_t i = 0; i < count; i++) {
		bounded = bounded && is_bounded(list[i]);
		gnutls_x509_crt_deinit(list[i]);
	}
	gnutls_free(list);
	return bounded;
}

static enum yett_status
check_signature(const struct yett_staple *staple, gnutls_ocsp_resp_t parsed,
    struct yett_fault *fault)
{
	unsigned result = ~0u;

	if (!are_signers_bounded(staple, parsed))
		return yett_fail(fault, YETT_E_POLICY,
		    "a key that may have signed it is too large, or of a kind "
		    "that is not used");
	if (gnutls_ocsp_resp_verify_direct(parsed, staple->issuer, &result, 0) <
		0 ||
	    result != 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "it is not signed by the certificate's issuer");
	return YETT_OK;
}

/* The part about our certificate: its status and dates. */
static enum yett_status
check_answer(const struct yett_staple *staple, gnutls_ocsp_resp_t parsed,
    struct yett_ocsp_response *response, struct yett_fault *fault)
{
	unsigned status = ~0u, index = 0;
	time_t from = -1, to = -1;
	int code;

	while ((code = gnutls_ocsp_resp_check_crt(parsed, index,
		    staple->cert)) < 0 &&
	    code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		index++;
	if (code < 0 ||
	    gnutls_ocsp_resp_get_single(parsed, index, NULL, NULL, NULL, NULL,
		&status, &from, &to, NULL, NULL) < 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "it is about another certificate");
	if (status != GNUTLS_OCSP_CERT_GOOD)
		return yett_fail(fault, YETT_E_POLICY,
		    "it says that the certificate is %s",
		    status == GNUTLS_OCSP_CERT_REVOKED ? "revoked" : "unknown");
	response->from = from;
	response->to = to != (time_t)-1 ? to : (int64_t)from + USUAL_S;
	return YETT_OK;
}

static bool
is_current(const struct yett_ocsp_response *response, int64_t now)
{
	return now + EARLY_S >= response->from && now < response->to;
}

static enum yett_status
fill(struct yett_ocsp_response *response, const struct yett_staple *staple,
    gnutls_ocsp_resp_t parsed, int64_t now, struct yett_fault *fault)
{
	enum yett_status status;

	if (yett_staple_lacks_issuer(staple))
		return yett_fail(fault, YETT_E_POLICY,
		    "its signature cannot be checked, for the certificate of "
		    "the issuer is not behind the site's own in its file");
	status = import(parsed, staple->path.at, fault);
	if (status == YETT_OK)
		status = check_answer(staple, parsed, response, fault);
	if (status == YETT_OK)
		status = check_signature(staple, parsed, fault);
	if (status == YETT_OK && !is_current(response, now))
		status = yett_fail(fault, YETT_E_POLICY,
		    now < response->from ? "its time has not come"
					 : "its time is over");
	if (status == YETT_OK &&
	    gnutls_ocsp_resp_export2(parsed, &response->der,
		GNUTLS_X509_FMT_DER) < 0)
		status = YETT_E_TLS;
	return status;
}

static enum yett_status
read_response(const struct yett_staple *staple, int64_t now,
    struct yett_ocsp_response **out, struct yett_fault *fault)
{
	struct yett_ocsp_response *response = calloc(1, sizeof(*response));
	gnutls_ocsp_resp_t parsed = NULL;
	enum yett_status status = YETT_E_NOMEM;

	if (response == NULL)
		return YETT_E_NOMEM;
	atomic_init(&response->refs, 1);
	if (gnutls_ocsp_resp_init(&parsed) >= 0) {
		status = fill(response, staple, parsed, now, fault);
		gnutls_ocsp_resp_deinit(parsed);
	}
	if (status == YETT_OK)
		*out = response;
	else
		yett_ocsp_response_unref(&response);
	return status;
}

/* --- following ---------------------------------------------------------- */

/* Read the file; true: what it holds is in force now. */
static bool
follow(struct yett_staple *staple, int64_t now)
{
	struct yett_ocsp_response *response = NULL, *old;
	enum yett_status status;

	staple->fault = (struct yett_fault)YETT_FAULT_NONE;
	yett_file_look(staple->path.at, &staple->stamp);
	status = read_response(staple, now, &response, &staple->fault);
	if (status != YETT_OK) {
		(void)yett_fail(&staple->fault, status, "%s",
		    yett_status_text(status));
		return false;
	}
	staple->told = false;
	pthread_mutex_lock(&staple->lock);
	old = staple->response;
	staple->response = response;
	pthread_mutex_unlock(&staple->lock);
	yett_ocsp_response_unref(&old);
	return true;
}

/* A copy of `cert`. */
static gnutls_x509_crt_t
copy(gnutls_x509_crt_t cert)
{
	gnutls_x509_crt_t made = NULL;
	gnutls_datum_t der;

	if (gnutls_x509_crt_export2(cert, GNUTLS_X509_FMT_DER, &der) < 0)
		return NULL;
	if (gnutls_x509_crt_init(&made) >= 0 &&
	    gnutls_x509_crt_import(made, &der, GNUTLS_X509_FMT_DER) < 0) {
		gnutls_x509_crt_deinit(made);
		made = NULL;
	}
	gnutls_free(der.data);
	return made;
}

enum yett_status
yett_staple_open(struct yett_staple **out, struct yett_slice path,
    const gnutls_x509_crt_t *chain, unsigned count, int64_t now,
    struct yett_fault *fault)
{
	struct yett_staple *staple = calloc(1, sizeof(*staple));
	/* One alone may have issued itself. */
	gnutls_x509_crt_t issuer = chain[count > 1 ? 1 : 0];

	if (staple == NULL)
		return YETT_E_NOMEM;
	pthread_mutex_init(&staple->lock, NULL);
	staple->path = path;
	staple->cert = copy(chain[0]);
	if (gnutls_x509_crt_check_issuer(chain[0], issuer))
		staple->issuer = copy(issuer);
	if (staple->cert == NULL) {
		yett_staple_close(staple);
		return yett_fail(fault, YETT_E_TLS,
		    "a certificate cannot be copied");
	}
	(void)follow(staple, now); /* the fault is kept */
	*out = staple;
	return YETT_OK;
}

void
yett_staple_close(struct yett_staple *staple)
{
	if (staple == NULL)
		return;
	yett_ocsp_response_unref(&staple->response);
	if (staple->cert != NULL)
		gnutls_x509_crt_deinit(staple->cert);
	if (staple->issuer != NULL)
		gnutls_x509_crt_deinit(staple->issuer);
	pthread_mutex_destroy(&staple->lock);
	free(staple);
}

const struct yett_fault *
yett_staple_fault(const struct yett_staple *staple)
{
	return &staple->fault;
}

bool
yett_staple_lacks_issuer(const struct yett_staple *staple)
{
	return staple->issuer == NULL && staple->stamp.mode != 0;
}

static void
log_failed(const struct yett_staple *staple, const char *what)
{
	char path[300], quoted[600];

	yett_log(YETT_LOG_ERROR, "ocsp-failed", "file=%s error=%s",
	    yett_log_quote(path, sizeof(path), staple->path),
	    yett_log_quote(quoted, sizeof(quoted), yett_slice_of(what)));
}

void
yett_staple_tend(struct yett_staple *staple, int64_t now)
{
	struct yett_file_stamp stamp;
	char path[300];

	yett_file_look(staple->path.at, &stamp);
	if (!yett_file_stamp_eq(&stamp, &staple->stamp)) {
		if (follow(staple, now))
			yett_log(YETT_LOG_INFO, "ocsp-changed", "file=%s",
			    yett_log_quote(path, sizeof(path), staple->path));
		else
			log_failed(staple, staple->fault.what);
	}
	/* Only the tender changes the pointer. */
	if (staple->response != NULL && !staple->told &&
	    !is_current(staple->response, now)) {
		staple->told = true;
		log_failed(staple, "its time is over");
	}
}

struct yett_ocsp_response *
yett_staple_take(struct yett_staple *staple, int64_t now)
{
	struct yett_ocsp_response *response = NULL;

	pthread_mutex_lock(&staple->lock);
	if (staple->response != NULL && is_current(staple->response, now)) {
		response = staple->response;
		atomic_fetch_add_explicit(&response->refs, 1,
		    memory_order_relaxed);
	}
	pthread_mutex_unlock(&staple->lock);
	return response;
}
