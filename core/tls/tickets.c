/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/tickets.h"

#include <gnutls/crypto.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tls/datum.h"

/* Changes when the meaning of the key's input does. */
#define LABEL "yett ticket 1"

enum yett_status
yett_ticket_root_make(struct yett_ticket_root *out, struct yett_fault *fault)
{
	return yett_random(out->byte, sizeof(out->byte), fault);
}

/* With its length before it, so that no two scopes write the same bytes. */
static enum yett_status
add_sized(struct yett_buf *info, struct yett_slice bytes)
{
	uint32_t len = (uint32_t)bytes.len;
	enum yett_status status = yett_buf_append(info,
	    (struct yett_slice){ (const char *)&len, sizeof(len) });

	return status == YETT_OK ? yett_buf_append(info, bytes) : status;
}

static int
by_digest(const void *a, const void *b)
{
	const uint8_t *const *left = a, *const *right = b;

	return memcmp(*left, *right, YETT_SHA256_LEN);
}

/* In ascending order: the order of declaration must not matter. */
static enum yett_status
add_trusts(struct yett_buf *info, const struct yett_ticket_scope *scope)
{
	const uint8_t **sorted;
	enum yett_status status = YETT_OK;

	if (scope->trust_count == 0)
		return YETT_OK;
	sorted = calloc(scope->trust_count, sizeof(*sorted));
	if (sorted == NULL)
		return YETT_E_NOMEM;
	memcpy(sorted, scope->trust, scope->trust_count * sizeof(*sorted));
	qsort(sorted, scope->trust_count, sizeof(*sorted), by_digest);
	for (uint32_t i = 0; i < scope->trust_count && status == YETT_OK; i++)
		status = add_sized(info,
		    (struct yett_slice){ (const char *)sorted[i],
			YETT_SHA256_LEN });
	free(sorted);
	return status;
}

static enum yett_status
write_scope(struct yett_buf *info, const struct yett_ticket_scope *scope)
{
	uint8_t need = (uint8_t)scope->need;
	const struct yett_slice part[] = {
		YETT_LIT(LABEL),
		scope->sni,
		scope->alpn,
		scope->priority,
		{ (const char *)&need, sizeof(need) },
	};
	enum yett_status status = YETT_OK;

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (status == YETT_OK)
			status = add_sized(info, part[i]);
	return status == YETT_OK ? add_trusts(info, scope) : status;
}

enum yett_status
yett_ticket_key(const struct yett_ticket_root *root,
    const struct yett_ticket_scope *scope, uint8_t out[YETT_TICKET_KEY_LEN])
{
	struct yett_buf info = { 0 };
	/* The root is uniform random bytes: HKDF's extract step is not needed
	 * (RFC 5869, section 3.3). */
	gnutls_datum_t key = yett_datum((
	    struct yett_slice){ (const char *)root->byte, sizeof(root->byte) });
	enum yett_status status = write_scope(&info, scope);

	if (status == YETT_OK) {
		gnutls_datum_t text = yett_datum(yett_buf_slice(&info));

		if (gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &key, &text, out,
			YETT_TICKET_KEY_LEN) < 0)
			status = YETT_E_TLS;
	}
	yett_buf_clear(&info);
	return status;
}
