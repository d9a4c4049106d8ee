/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/crl_store.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"

/* What was written so shortly before it was read may have been written again
 * without looking otherwise. */
#define FRESH_NS YETT_NS_PER_S

/* A file, as it looked when it was read, and what was in it. */
struct known {
	struct known *next;
	char *path;
	struct yett_file_stamp stamp;
	struct yett_crls crls;
};

struct yett_crl_store {
	pthread_mutex_t lock;
	struct known *known;
	uint64_t reads;
};

enum yett_status
yett_crl_store_new(struct yett_crl_store **out)
{
	struct yett_crl_store *store = calloc(1, sizeof(*store));

	if (store == NULL)
		return YETT_E_NOMEM;
	pthread_mutex_init(&store->lock, NULL);
	*out = store;
	return YETT_OK;
}

static void
forget(struct known **at)
{
	struct known *known = *at;

	*at = known->next;
	yett_crls_clear(&known->crls);
	free(known->path);
	free(known);
}

void
yett_crl_store_free(struct yett_crl_store *store)
{
	if (store == NULL)
		return;
	while (store->known != NULL)
		forget(&store->known);
	pthread_mutex_destroy(&store->lock);
	free(store);
}

static struct known **
find(struct yett_crl_store *store, const char *path)
{
	struct known **at = &store->known;

	while (*at != NULL && strcmp((*at)->path, path) != 0)
		at = &(*at)->next;
	return at;
}

/* The list that is in memory already, or `crl` itself; lent. */
static struct yett_crl *
same(const struct yett_crl_store *store, struct yett_crl *crl)
{
	for (const struct known *known = store->known; known != NULL;
	     known = known->next)
		for (size_t i = 0; i < known->crls.count; i++)
			if (memcmp(yett_crl_digest(known->crls.at[i]),
				yett_crl_digest(crl), YETT_SHA256_LEN) == 0)
				return known->crls.at[i];
	return crl;
}

/* Keep what was read from `path`; each list once. */
static enum yett_status
keep(struct yett_crl_store *store, const char *path,
    const struct yett_file_stamp *stamp, const struct yett_crls *read)
{
	struct known *known = calloc(1, sizeof(*known)), **before;
	enum yett_status status = YETT_OK;

	if (known == NULL)
		return YETT_E_NOMEM;
	known->path = strdup(path);
	known->stamp = *stamp;
	for (size_t i = 0; status == YETT_OK && i < read->count; i++)
		status = yett_crls_add(&known->crls, same(store, read->at[i]));
	if (known->path == NULL || status != YETT_OK) {
		forget(&known);
		return YETT_E_NOMEM;
	}
	before = find(store, path);
	if (*before != NULL)
		forget(before);
	known->next = store->known;
	store->known = known;
	return YETT_OK;
}

/* Does the file look as it did when it was read? */
static bool
is_current(const struct known *known, const struct yett_file_stamp *stamp)
{
	return known != NULL && stamp->mode != 0 &&
	    yett_file_stamp_eq(&known->stamp, stamp);
}

/* What was written a moment ago is not taken for known the next time. */
static void
doubt_fresh(struct yett_file_stamp *stamp)
{
	int64_t now = (int64_t)yett_clock_wall();

	if (now - stamp->changed_ns < (int64_t)FRESH_NS)
		stamp->mode = 0;
}

static enum yett_status
read_anew(struct yett_crl_store *store, const char *path,
    struct yett_file_stamp *stamp, struct yett_fault *fault)
{
	struct yett_crls read = { .count = 0 };
	enum yett_status status;

	doubt_fresh(stamp);
	store->reads++;
	status = yett_crls_read_file(&read, path, fault);
	if (status == YETT_OK)
		status = keep(store, path, stamp, &read);
	yett_crls_clear(&read);
	return status;
}

static enum yett_status
copy(const struct yett_crls *from, struct yett_crls *out)
{
	enum yett_status status = YETT_OK;

	for (size_t i = 0; status == YETT_OK && i < from->count; i++)
		status = yett_crls_add(out, from->at[i]);
	return status;
}

enum yett_status
yett_crl_store_open(struct yett_crl_store *store, struct yett_slice path,
    struct yett_crls *out, struct yett_fault *fault)
{
	enum yett_status status = YETT_OK;
	struct yett_file_stamp stamp;

	if (store == NULL)
		return yett_crls_read_file(out, path.at, fault);
	yett_file_look(path.at, &stamp);
	pthread_mutex_lock(&store->lock);
	if (!is_current(*find(store, path.at), &stamp))
		status = read_anew(store, path.at, &stamp, fault);
	if (status == YETT_OK)
		status = copy(&(*find(store, path.at))->crls, out);
	pthread_mutex_unlock(&store->lock);
	return status;
}

/* How many of the references are ours: a copy of a file holds the same list. */
static unsigned
count_ours(const struct yett_crl_store *store, const struct yett_crl *crl)
{
	unsigned count = 0;

	for (const struct known *known = store->known; known != NULL;
	     known = known->next)
		for (size_t i = 0; i < known->crls.count; i++)
			count += known->crls.at[i] == crl;
	return count;
}

static bool
is_used(const struct yett_crl_store *store, const struct known *known)
{
	for (size_t i = 0; i < known->crls.count; i++)
		if (yett_crl_refs(known->crls.at[i]) >
		    count_ours(store, known->crls.at[i]))
			return true;
	return false;
}

void
yett_crl_store_sweep(struct yett_crl_store *store)
{
	struct known **at = &store->known;

	if (pthread_mutex_trylock(&store->lock) != 0)
		return; /* a load is reading: the next time */
	while (*at != NULL)
		if (is_used(store, *at))
			at = &(*at)->next;
		else
			forget(at);
	pthread_mutex_unlock(&store->lock);
}

uint64_t
yett_crl_store_reads(struct yett_crl_store *store)
{
	uint64_t reads;

	pthread_mutex_lock(&store->lock);
	reads = store->reads;
	pthread_mutex_unlock(&store->lock);
	return reads;
}
