/* SPDX-License-Identifier: Apache-2.0 */
#include "tls/ticket_ring.h"

#include <gnutls/crypto.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "tls/datum.h"

#define FILE_MOST (64 * 1024)
#define ROOT_DIGITS (2 * sizeof(struct yett_ticket_root))

/* GnuTLS derives what it works with anew in each such period, and knows the
 * period before. */
#define PERIOD_S (3 * YETT_TICKET_LIFE_S)

#define KEY_NAME_LEN 16

static struct yett_ticket_ring *
ring_new(void)
{
	struct yett_ticket_ring *ring = calloc(1, sizeof(*ring));

	if (ring != NULL)
		atomic_init(&ring->refs, 1);
	return ring;
}

struct yett_ticket_ring *
yett_ticket_ring_ref(struct yett_ticket_ring *ring)
{
	if (ring != NULL)
		atomic_fetch_add_explicit(&ring->refs, 1, memory_order_relaxed);
	return ring;
}

void
yett_ticket_ring_unref(struct yett_ticket_ring **ring)
{
	struct yett_ticket_ring *taken = *ring;

	*ring = NULL;
	if (taken == NULL ||
	    atomic_fetch_sub_explicit(&taken->refs, 1, memory_order_acq_rel) >
		1)
		return;
	gnutls_memset(taken->root, 0, sizeof(taken->root));
	free(taken->path);
	free(taken);
}

/* --- made here ---------------------------------------------------------- */

enum yett_status
yett_ticket_ring_make(struct yett_ticket_ring **out, struct yett_fault *fault)
{
	struct yett_ticket_ring *ring = ring_new();
	enum yett_status status;

	if (ring == NULL)
		return YETT_E_NOMEM;
	ring->count = 1;
	status = yett_ticket_root_make(&ring->root[0], fault);
	if (status != YETT_OK) {
		yett_ticket_ring_unref(&ring);
		return status;
	}
	*out = ring;
	return YETT_OK;
}

enum yett_status
yett_ticket_ring_turn(struct yett_ticket_ring **out,
    const struct yett_ticket_ring *old, uint64_t now, struct yett_fault *fault)
{
	struct yett_ticket_ring *ring = NULL;
	enum yett_status status = yett_ticket_ring_make(&ring, fault);

	if (status != YETT_OK)
		return status;
	for (uint32_t i = 0; i < old->count && ring->count < YETT_TICKET_ROOTS;
	     i++) {
		uint64_t until = i == 0
		    ? now + YETT_TICKET_LIFE_S * YETT_NS_PER_S
		    : old->until[i];

		if (until <= now)
			continue;
		ring->root[ring->count] = old->root[i];
		ring->until[ring->count++] = until;
	}
	*out = ring;
	return YETT_OK;
}

/* Only roots that seal no more have a time. */
static bool
is_dead(const struct yett_ticket_ring *ring, uint32_t root, uint64_t now)
{
	return root > 0 && ring->until[root] <= now;
}

bool
yett_ticket_ring_is_stale(const struct yett_ticket_ring *ring, uint64_t now)
{
	for (uint32_t i = 0; i < ring->count; i++)
		if (is_dead(ring, i, now))
			return true;
	return false;
}

enum yett_status
yett_ticket_ring_trim(struct yett_ticket_ring **out,
    const struct yett_ticket_ring *old, uint64_t now)
{
	struct yett_ticket_ring *ring = ring_new();

	if (ring == NULL)
		return YETT_E_NOMEM;
	for (uint32_t i = 0; i < old->count; i++) {
		if (is_dead(old, i, now))
			continue;
		ring->root[ring->count] = old->root[i];
		ring->until[ring->count++] = old->until[i];
	}
	*out = ring;
	return YETT_OK;
}

/* --- from a file -------------------------------------------------------- */

static bool
read_root(struct yett_ticket_root *root, struct yett_slice line)
{
	if (line.len != ROOT_DIGITS)
		return false;
	for (size_t i = 0; i < sizeof(root->byte); i++) {
		int high = yett_hex_digit(line.at[2 * i]);
		int low = yett_hex_digit(line.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		root->byte[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* Whether it is one byte over and over, as zeros are. */
static bool
is_monotonous(const struct yett_ticket_root *root)
{
	return memcmp(root->byte, root->byte + 1, sizeof(root->byte) - 1) == 0;
}

static enum yett_status
add_line(struct yett_ticket_ring *ring, struct yett_slice line,
    struct yett_fault *fault)
{
	struct yett_ticket_root *root = &ring->root[ring->count];

	if (ring->count == YETT_TICKET_ROOTS)
		return yett_fail(fault, YETT_E_POLICY,
		    "more than %d ticket keys; remove the last ones",
		    YETT_TICKET_ROOTS);
	if (memchr(line.at, '\r', line.len) != NULL)
		return yett_fail(fault, YETT_E_POLICY,
		    "the line has a CR: lines end with LF alone, as `tr -d "
		    "'\\r'` makes them");
	if (!read_root(root, line))
		return yett_fail(fault, YETT_E_POLICY,
		    "a ticket key is a line of %zu hexadecimal digits, as "
		    "`openssl rand -hex 64` makes it",
		    ROOT_DIGITS);
	if (is_monotonous(root))
		return yett_fail(fault, YETT_E_POLICY,
		    "a ticket key of one byte over and over is no secret; make "
		    "one with `openssl rand -hex 64`");
	for (uint32_t i = 0; i < ring->count; i++)
		if (memcmp(root, &ring->root[i], sizeof(*root)) == 0)
			return yett_fail(fault, YETT_E_POLICY,
			    "the same ticket key as before");
	ring->count++;
	return YETT_OK;
}

static enum yett_status
read_lines(struct yett_ticket_ring *ring, struct yett_slice text,
    struct yett_fault *fault)
{
	unsigned number = 0;

	while (text.len > 0) {
		const char *end = memchr(text.at, '\n', text.len);
		struct yett_slice line = { text.at,
			end != NULL ? (size_t)(end - text.at) : text.len };
		enum yett_status status = YETT_OK;

		number++;
		text.at += line.len + (end != NULL);
		text.len -= line.len + (end != NULL);
		if (line.len > 0 && line.at[0] != '#')
			status = add_line(ring, line, fault);
		if (status != YETT_OK) {
			yett_fault_where(fault, "%s:%u", ring->path, number);
			return status;
		}
	}
	return ring->count > 0 ? YETT_OK
			       : yett_fail(fault, YETT_E_POLICY,
				     "%s holds no ticket key", ring->path);
}

static enum yett_status
read_file(struct yett_ticket_ring *ring, const char *path,
    struct yett_fault *fault)
{
	struct yett_buf text = { 0 };
	enum yett_status status;

	ring->path = strdup(path);
	if (ring->path == NULL)
		return YETT_E_NOMEM;
	yett_file_look(path, &ring->stamp);
	if ((ring->stamp.mode & (S_IRWXO | S_IWGRP)) != 0)
		return yett_fail(fault, YETT_E_POLICY,
		    "%s opens every session and has the mode %03o; `chmod 600` "
		    "it, or 640 for a group that reads it",
		    path, ring->stamp.mode & 0777u);
	status = yett_file_read(path, FILE_MOST, &text, fault);
	if (status == YETT_OK)
		status = read_lines(ring, yett_buf_slice(&text), fault);
	if (text.memory != NULL)
		gnutls_memset(text.memory, 0, text.cap);
	yett_buf_clear(&text);
	return status;
}

enum yett_status
yett_ticket_ring_read(struct yett_ticket_ring **out, const char *path,
    struct yett_fault *fault)
{
	struct yett_ticket_ring *ring = ring_new();
	enum yett_status status;

	if (ring == NULL)
		return YETT_E_NOMEM;
	status = read_file(ring, path, fault);
	if (status != YETT_OK) {
		yett_fault_where(fault, "%s", path);
		yett_ticket_ring_unref(&ring);
		return status;
	}
	*out = ring;
	return YETT_OK;
}

/* --- choosing ----------------------------------------------------------- */

/*
 * Whether one of the tickets was sealed with what GnuTLS makes of `key` in the
 * period `number`: SHA3-512 over the number and the key, of which the first
 * bytes name the ticket's key.
 */
static bool
sealed_in(uint64_t number, const uint8_t key[YETT_TICKET_KEY_LEN],
    const struct yett_slice *ticket, uint32_t ticket_count)
{
	uint8_t input[8 + YETT_TICKET_KEY_LEN], derived[64];
	bool found = false;

	for (int i = 0; i < 8; i++)
		input[i] = (uint8_t)(number >> (56 - 8 * i));
	memcpy(input + 8, key, YETT_TICKET_KEY_LEN);
	if (gnutls_hash_fast(GNUTLS_DIG_SHA3_512, input, sizeof(input),
		derived) >= 0)
		for (uint32_t i = 0; i < ticket_count; i++)
			found |= ticket[i].len >= KEY_NAME_LEN &&
			    memcmp(ticket[i].at, derived, KEY_NAME_LEN) == 0;
	gnutls_memset(input, 0, sizeof(input));
	gnutls_memset(derived, 0, sizeof(derived));
	return found;
}

static bool
sealed(const uint8_t key[YETT_TICKET_KEY_LEN], const struct yett_slice *ticket,
    uint32_t ticket_count)
{
	uint64_t number = yett_clock_wall() / YETT_NS_PER_S / PERIOD_S;

	return sealed_in(number, key, ticket, ticket_count) ||
	    sealed_in(number - 1, key, ticket, ticket_count);
}

enum yett_status
yett_ticket_ring_key(const struct yett_ticket_ring *ring,
    const struct yett_ticket_scope *scope, const struct yett_slice *ticket,
    uint32_t ticket_count, uint32_t *root, uint8_t key[YETT_TICKET_KEY_LEN])
{
	enum yett_status status;

	for (uint32_t i = 0; ticket_count > 0 && i < ring->count; i++) {
		/* With one root there is nothing to choose. */
		if (ring->count == 1)
			break;
		status = yett_ticket_key(&ring->root[i], scope, key);
		if (status != YETT_OK)
			return status;
		*root = i;
		if (sealed(key, ticket, ticket_count))
			return YETT_OK;
	}
	*root = 0;
	return yett_ticket_key(&ring->root[0], scope, key);
}
