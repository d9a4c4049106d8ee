/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any ClientHello: what is taken has a canonical name or none, points into the
 * message, and is the same when it is read again; what is refused is so with
 * an alert that tells whose fault it is.
 */
#include "fuzz/fuzz.h"

#include "policy/name.h"
#include "tls/datum.h"
#include "tls/priority.h"
#include "tls/signature.h"

static void
check_name(const struct yett_hello_message *hello)
{
	char again[256];
	size_t len;

	must(hello->sni_len < sizeof(hello->sni));
	must(strlen(hello->sni) == hello->sni_len);
	if (hello->sni_len == 0)
		return;
	must(yett_policy_server_name((struct yett_slice){ hello->sni,
					 hello->sni_len },
	    again, sizeof(again), &len));
	must(len == hello->sni_len && memcmp(again, hello->sni, len) == 0);
}

static void
check_places(const struct yett_hello_message *hello, struct yett_slice whole)
{
	must(hello->alpn_count <= YETT_HELLO_ALPN_MOST);
	must(hello->has_alpn == (hello->alpn_count > 0));
	for (uint32_t i = 0; i < hello->alpn_count; i++)
		must(hello->alpn[i].len > 0 && lies_in(hello->alpn[i], whole));
	must(hello->ticket_count <= YETT_HELLO_TICKETS_MOST);
	for (uint32_t i = 0; i < hello->ticket_count; i++)
		must(hello->ticket[i].len > 0 &&
		    lies_in(hello->ticket[i], whole));
	must(lies_in(hello->suites, whole));
}

static void
check_versions(const struct yett_hello_message *hello)
{
	static struct yett_priority *usual;
	unsigned kinds;

	must(hello->offers_tls13 == (hello->version == 0x0304));
	must(hello->version != 0x0303 || hello->offers_tls12);
	if (usual == NULL)
		must(yett_priority_open(&usual, YETT_LIT(YETT_TLS_PRIORITY),
			 NULL) == YETT_OK);
	kinds = yett_priority_key_kinds(usual, hello);
	must((kinds & ~(unsigned)(YETT_KEYS_RSA | YETT_KEYS_CURVE)) == 0);
	must(hello->schemes != 0 || kinds == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_slice whole = { (const char *)data, size };
	gnutls_datum_t message = yett_datum(whole);
	struct yett_hello_message hello, again;
	gnutls_alert_description_t alert;

	if (!yett_hello_parse(&hello, &message, &alert)) {
		must(alert == GNUTLS_A_DECODE_ERROR ||
		    alert == GNUTLS_A_ILLEGAL_PARAMETER ||
		    alert == GNUTLS_A_UNRECOGNIZED_NAME);
		return 0;
	}
	check_name(&hello);
	check_places(&hello, whole);
	check_versions(&hello);
	must(yett_hello_parse(&again, &message, &alert));
	must(memcmp(hello.digest, again.digest, sizeof(hello.digest)) == 0);
	return 0;
}
