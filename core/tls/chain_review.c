/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/chain_review.h"

#include <gnutls/x509.h>
#include <stdio.h>

#include "tls/credentials_choice.h"

#define NAMES_MOST 200

/* The key looked at, with the names of its certificate: sites often share. */
struct look {
	const struct yett_server_key *key;
	struct yett_arena arena;
	struct yett_slice name[NAMES_MOST];
	uint32_t count;
	bool more; /* than fit: nothing is said of names */
	struct yett_findings *findings;
};

static struct yett_spot
spot_of(const struct yett_site *site, uint32_t index)
{
	return (struct yett_spot){ .place = site->place,
		.label = site->label,
		.field = "key",
		.element = index + 1,
		.member = "cert" };
}

/* A copy that is the caller's; NULL: there is no such certificate. */
static gnutls_x509_crt_t export(const struct yett_server_key *key,
    unsigned index)
{
	const gnutls_pcert_st *found = yett_server_key_certificate(key, index);
	gnutls_x509_crt_t crt;
	gnutls_pcert_st pcert;

	if (found == NULL)
		return NULL;
	pcert = *found; /* it is only read */
	return gnutls_pcert_export_x509(&pcert, &crt) < 0 ? NULL : crt;
}

/* --- names --------------------------------------------------------------- */

static void
read_names(struct look *look)
{
	gnutls_x509_crt_t crt = export(look->key, 0);
	int type = crt == NULL ? GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE : 0;

	yett_arena_clear(&look->arena);
	look->count = 0;
	look->more = crt == NULL;
	for (unsigned i = 0; type != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
	     i++) {
		char text[256];
		size_t len = sizeof(text);

		type = gnutls_x509_crt_get_subject_alt_name(crt, i, text, &len,
		    NULL);
		if (type != GNUTLS_SAN_DNSNAME)
			continue;
		if (look->count == NAMES_MOST) {
			look->more = true;
			break;
		}
		look->name[look->count++] = yett_arena_copy(&look->arena,
		    (struct yett_slice){ text, len });
	}
	if (crt != NULL)
		gnutls_x509_crt_deinit(crt);
}

/* What is behind the first label, with its dot. */
static struct yett_slice
without_label(struct yett_slice name)
{
	const char *dot = memchr(name.at, '.', name.len);

	return dot == NULL
	    ? YETT_SLICE_NONE
	    : (struct yett_slice){ dot, name.len - (size_t)(dot - name.at) };
}

/* `site` may itself be a wildcard, which only the same one covers. */
static bool
covers(struct yett_slice name, struct yett_slice site)
{
	if (yett_slice_eq_nocase(name, site))
		return true;
	return name.len > 2 && name.at[0] == '*' && name.at[1] == '.' &&
	    site.at[0] != '*' &&
	    yett_slice_eq_nocase(without_label(name), without_label(site));
}

static void
review_names(struct look *look, const struct yett_site *site, uint32_t index)
{
	struct yett_spot spot = spot_of(site, index);
	struct yett_finding *finding;
	char names[300] = "";
	size_t len = 0;

	if (look->more || yett_slice_eq(site->name, YETT_LIT("*")))
		return;
	for (uint32_t i = 0; i < look->count; i++)
		if (look->name[i].at == NULL ||
		    covers(look->name[i], site->name))
			return;
	for (uint32_t i = 0; i < look->count && i < 3 && len < 200; i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
		    "%s\"%.60s\"", i > 0 ? ", " : "", look->name[i].at);
	finding = yett_finding_add(look->findings, YETT_SEVERITY_WARNING,
	    "W216", &spot,
	    look->count == 0 ? "the certificate has no DNS name%s"
			     : "the certificate is for %s%s",
	    names, look->count > 3 ? " and others" : "");
	yett_finding_help(look->findings, finding,
	    "clients of %.*s refuse it: give that site a certificate for its "
	    "name",
	    YETT_ARG(site->label));
}

/* --- the chain ------------------------------------------------------------ */

static bool
can_fetch_issuer(gnutls_x509_crt_t crt)
{
	gnutls_datum_t text = { NULL, 0 };
	bool can = gnutls_x509_crt_get_authority_info_access(crt, 0,
		       GNUTLS_IA_CAISSUERS_URI, &text, NULL) >= 0;

	gnutls_free(text.data);
	return can;
}

static void
tell_order(struct look *look, const struct yett_spot *spot, unsigned number)
{
	struct yett_finding *finding = yett_finding_add(look->findings,
	    YETT_SEVERITY_WARNING, "W217", spot,
	    "certificate %u in the file did not issue certificate %u",
	    number + 1, number);

	yett_finding_help(look->findings, finding,
	    "put the site's own certificate first, then each one's issuer");
}

static void
tell_lone(struct look *look, const struct yett_spot *spot)
{
	struct yett_finding *finding = yett_finding_add(look->findings,
	    YETT_SEVERITY_NOTE, "W217", spot,
	    "the file has no issuer of the certificate, and clients may not "
	    "fetch it");

	yett_finding_help(look->findings, finding,
	    "append the issuer's certificate, unless it is a root");
}

/* Its extended key usage says what a certificate is for (RFC 5280, section
 * 4.2.1.12). */
static void
review_purpose(struct look *look, const struct yett_spot *spot)
{
	gnutls_x509_crt_t crt = export(look->key, 0);
	struct yett_finding *finding;

	if (crt == NULL)
		return;
	if (gnutls_x509_crt_check_key_purpose(crt, GNUTLS_KP_TLS_WWW_SERVER,
		0) == 0) {
		finding = yett_finding_add(look->findings,
		    YETT_SEVERITY_WARNING, "W243", spot,
		    "the certificate is not for servers: its extended key "
		    "usage lacks serverAuth");
		yett_finding_help(look->findings, finding,
		    "clients refuse it: have it issued for servers");
	}
	gnutls_x509_crt_deinit(crt);
}

static void
review_chain(struct look *look, const struct yett_spot *spot)
{
	gnutls_x509_crt_t crt = export(look->key, 0), next;

	for (unsigned i = 1; crt != NULL; i++) {
		bool made;

		next = export(look->key, i);
		made = next == NULL || gnutls_x509_crt_check_issuer(crt, next);
		if (!made)
			tell_order(look, spot, i);
		else if (next == NULL && i == 1 && can_fetch_issuer(crt))
			tell_lone(look, spot);
		gnutls_x509_crt_deinit(crt);
		crt = next;
	}
}

void
yett_chain_review(const struct yett_credentials *credentials,
    struct yett_findings *findings)
{
	const struct yett_generation *gen = yett_credentials_generation(
	    credentials);
	struct look look = { .findings = findings };

	for (uint32_t i = 0; i < yett_generation_site_count(gen); i++) {
		const struct yett_site *site = yett_generation_site_at(gen, i);
		const struct yett_server_key *key;

		for (uint32_t k = 0; (key = yett_credentials_key_at(credentials,
					  site, k)) != NULL;
		     k++) {
			struct yett_spot spot = spot_of(site, k);

			if (key != look.key) {
				look.key = key;
				read_names(&look);
				review_chain(&look, &spot);
				review_purpose(&look, &spot);
			}
			review_names(&look, site, k);
		}
	}
	yett_arena_clear(&look.arena);
}
