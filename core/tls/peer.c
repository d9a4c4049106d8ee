/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/peer.h"

#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/clock.h"
#include "tls/certificate_text.h"
#include "tls/datum.h"
#include "tls/leaf.h"

/* Answers that are remembered: more trusts than a request asks for. */
#define MEMORIES 4

struct memory {
	uint64_t generation; /* 0: empty */
	uint32_t trust;
	struct yett_trust_result result;
};

struct yett_peer {
	struct yett_slice *der; /* the leaf first; into the same block */
	uint32_t count;
	bool oversized; /* only the leaf was kept */
	bool settled;   /* the handshake is over: nothing parsed is kept */
	struct memory memory[MEMORIES];
	uint32_t next_memory;            /* to overwrite */
	struct yett_leaf *leaf;          /* NULL until somebody asks */
	struct yett_parsed_chain parsed; /* count 0: it is not parsed */
	struct yett_chain_cache *cache;  /* lent; NULL: none */

	/* What yett_peer_facts() was called with last. */
	const struct yett_credentials *current;
	uint64_t now;
};

enum yett_status
yett_peer_new(struct yett_peer **out, const struct yett_chain *chain,
    struct yett_chain_cache *cache)
{
	bool oversized = yett_chain_is_too_large(chain);
	uint32_t count = oversized && chain->count > 1 ? 1 : chain->count;
	size_t size = sizeof(struct yett_peer) +
	    count * sizeof(struct yett_slice);
	struct yett_peer *peer;
	char *at;

	if (count == 0 || chain->der[0].len > YETT_CHAIN_BYTES)
		count = 0;
	for (uint32_t i = 0; i < count; i++)
		size += chain->der[i].len;
	peer = calloc(1, size);
	if (peer == NULL)
		return YETT_E_NOMEM;
	peer->der = (struct yett_slice *)(peer + 1);
	peer->count = count;
	peer->oversized = oversized;
	peer->cache = cache;
	at = (char *)(peer->der + count);
	for (uint32_t i = 0; i < count; i++) {
		peer->der[i] = (struct yett_slice){ at, chain->der[i].len };
		memcpy(at, chain->der[i].at, chain->der[i].len);
		at += chain->der[i].len;
	}
	*out = peer;
	return YETT_OK;
}

/* Append what `crt` is in DER. */
static enum yett_status
export_der(gnutls_x509_crt_t crt, struct yett_buf *out, size_t *len)
{
	gnutls_datum_t der;
	enum yett_status status;

	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) < 0)
		return YETT_E_NOMEM;
	*len = der.size;
	status = yett_buf_append(out, yett_datum_slice(&der));
	gnutls_free(der.data);
	return status;
}

/* Make a peer of `count` certificates. */
static enum yett_status
from_list(struct yett_peer **out, const gnutls_x509_crt_t *list, unsigned count)
{
	struct yett_slice *der = calloc(count, sizeof(*der));
	struct yett_buf bytes = { 0 };
	enum yett_status status = der == NULL ? YETT_E_NOMEM : YETT_OK;
	const char *at;

	for (unsigned i = 0; i < count && status == YETT_OK; i++)
		status = export_der(list[i], &bytes, &der[i].len);
	at = yett_buf_slice(&bytes).at;
	for (unsigned i = 0; i < count && status == YETT_OK; i++) {
		der[i].at = at;
		at += der[i].len;
	}
	if (status == YETT_OK)
		status = yett_peer_new(out, &(struct yett_chain){ der, count },
		    NULL);
	yett_buf_clear(&bytes);
	free(der);
	return status;
}

enum yett_status
yett_peer_from_pem(struct yett_peer **out, struct yett_slice pem,
    struct yett_fault *fault)
{
	gnutls_datum_t text = yett_datum(pem);
	gnutls_x509_crt_t *list = NULL;
	unsigned count = 0;
	int code = gnutls_x509_crt_list_import2(&list, &count, &text,
	    GNUTLS_X509_FMT_PEM, 0);
	enum yett_status status;

	if (code < 0 || count == 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "no certificate in PEM: %s", gnutls_strerror(code));
	status = from_list(out, list, count);
	for (unsigned i = 0; i < count; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	return status;
}

void
yett_peer_free(struct yett_peer *peer)
{
	if (peer == NULL)
		return;
	yett_leaf_free(peer->leaf);
	yett_parsed_chain_clear(&peer->parsed);
	free(peer);
}

/* NULL: it must be judged anew. */
static const struct memory *
recall(const struct yett_peer *peer, uint64_t generation, uint32_t trust,
    int64_t now)
{
	for (uint32_t i = 0; i < MEMORIES; i++) {
		const struct memory *memory = &peer->memory[i];

		if (memory->generation == generation &&
		    memory->trust == trust && now < memory->result.valid_until)
			return memory;
	}
	return NULL;
}

static struct memory *
place_for(struct yett_peer *peer, uint64_t generation, uint32_t trust)
{
	for (uint32_t i = 0; i < MEMORIES; i++)
		if (peer->memory[i].generation == generation &&
		    peer->memory[i].trust == trust)
			return &peer->memory[i];
	return &peer->memory[peer->next_memory++ % MEMORIES];
}

/* The copies of the certificates lie one behind the other. */
static bool
digest_chain(const struct yett_peer *peer, uint8_t out[YETT_SHA256_LEN])
{
	const struct yett_slice *last = &peer->der[peer->count - 1];
	const char *start = peer->der[0].at;

	return yett_sha256((struct yett_slice){ start,
			       (size_t)(last->at + last->len - start) },
		   out) == YETT_OK;
}

static void
verify_anew(struct yett_peer *peer, const struct yett_trust_store *store,
    int64_t seconds, struct yett_trust_result *out)
{
	if (peer->parsed.count == 0)
		/* What cannot be parsed is untrusted everywhere. */
		(void)yett_parsed_chain_open(&peer->parsed,
		    &(struct yett_chain){ peer->der, peer->count });
	yett_trust_store_verify(store, &peer->parsed, seconds, out);
	if (peer->settled)
		yett_parsed_chain_clear(&peer->parsed);
}

/* Judge the chain, unless the worker did so lately for another connection. */
static void
judge(struct yett_peer *peer, const struct yett_trust_store *store,
    int64_t seconds, struct yett_trust_result *out)
{
	struct yett_chain_cache_key key;

	if (peer->cache == NULL || !digest_chain(peer, key.chain)) {
		verify_anew(peer, store, seconds, out);
		return;
	}
	memcpy(key.store, yett_trust_store_digest(store), YETT_SHA256_LEN);
	if (yett_chain_cache_find(peer->cache, &key, seconds, out))
		return;
	verify_anew(peer, store, seconds, out);
	yett_chain_cache_keep(peer->cache, &key, out);
}

void
yett_peer_settle(struct yett_peer *peer)
{
	peer->settled = true;
	if (peer->parsed.count == 0)
		return;
	(void)yett_peer_leaf(peer);
	yett_parsed_chain_clear(&peer->parsed);
}

void
yett_peer_verify(struct yett_peer *peer,
    const struct yett_credentials *credentials, uint32_t trust, uint64_t now,
    struct yett_trust_result *out)
{
	const struct yett_trust_store *store =
	    yett_credentials_trust(credentials, trust);
	uint64_t generation = yett_generation_id(
	    yett_credentials_generation(credentials));
	int64_t seconds = (int64_t)(now / YETT_NS_PER_S);
	const struct memory *known = recall(peer, generation, trust, seconds);

	*out = (struct yett_trust_result){ YETT_VERIFY_UNTRUSTED, INT64_MAX };
	if (peer->oversized)
		out->verification = YETT_VERIFY_TOO_LARGE;
	if (store == NULL || peer->oversized || peer->count == 0)
		return;
	if (known != NULL) {
		*out = known->result;
		return;
	}
	judge(peer, store, seconds, out);
	*place_for(peer, generation, trust) = (struct memory){ generation,
		trust, *out };
}

static enum yett_verification
verify(void *arg, const struct yett_trust *trust)
{
	struct yett_peer *peer = arg;
	struct yett_trust_result result;

	yett_peer_verify(peer, peer->current, trust->index, peer->now, &result);
	return result.verification;
}

const struct yett_certificate *
yett_peer_leaf(struct yett_peer *peer)
{
	if (peer->leaf == NULL && peer->parsed.count > 0)
		peer->leaf = yett_leaf_read(peer->parsed.crt[0]);
	if (peer->leaf == NULL && peer->count > 0)
		peer->leaf = yett_leaf_parse(peer->der[0]);
	return peer->leaf != NULL ? yett_leaf_facts(peer->leaf) : NULL;
}

void
yett_peer_facts(struct yett_peer *peer, const struct yett_credentials *current,
    uint64_t now, struct yett_peer_facts *out)
{
	/* For a leaf that cannot be read: sent, but nothing is known of it,
	 * and no trust will verify it. */
	static const struct yett_certificate unreadable;

	*out = (struct yett_peer_facts){ NULL, verify, peer };
	if (peer == NULL)
		return;
	peer->current = current;
	peer->now = now;
	out->leaf = yett_peer_leaf(peer);
	if (out->leaf == NULL)
		out->leaf = &unreadable;
}

struct yett_slice
yett_peer_der(const struct yett_peer *peer, uint32_t index)
{
	return index < peer->count ? peer->der[index] : YETT_SLICE_NONE;
}

/* A byte sequence, RFC 8941, section 3.3.5. */
static enum yett_status
append_sequence(struct yett_buf *out, struct yett_slice der)
{
	enum yett_status status = yett_buf_append(out, YETT_LIT(":"));

	if (status == YETT_OK)
		status = yett_certificate_write_base64(der, out);
	return status == YETT_OK ? yett_buf_append(out, YETT_LIT(":")) : status;
}

enum yett_status
yett_peer_write_client_cert(const struct yett_peer *peer, struct yett_buf *out)
{
	return peer->count > 0 ? append_sequence(out, peer->der[0]) : YETT_OK;
}

enum yett_status
yett_peer_write_client_cert_chain(const struct yett_peer *peer,
    struct yett_buf *out)
{
	enum yett_status status = YETT_OK;

	for (uint32_t i = 1; i < peer->count && status == YETT_OK; i++) {
		if (i > 1)
			status = yett_buf_append(out, YETT_LIT(", "));
		if (status == YETT_OK)
			status = append_sequence(out, peer->der[i]);
	}
	return status;
}
