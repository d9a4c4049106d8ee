/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hash.h - a fast hash of names and paths, eight bytes a step.
 *
 * Not for secrets, and no proof of equality: a look-up that finds a hash
 * compares the bytes. Tables are filled from a policy, so a client who knows
 * the function can choose what is looked up but cannot lengthen a chain.
 */
#ifndef YETT_POLICY_HASH_H
#define YETT_POLICY_HASH_H

#include <stdint.h>

#include "base/slice.h"

#define YETT_HASH_START UINT64_C(0xcbf29ce484222325)

/* Up to eight bytes as a number, in lower case if `fold`. */
static inline uint64_t
yett_hash_word(const char *at, size_t len, bool fold)
{
	uint64_t word = 0;

	if (len == sizeof(word) && !fold) {
		memcpy(&word, at, sizeof(word));
		return word;
	}
	for (size_t i = 0; i < len; i++)
		word = word << 8 |
		    (unsigned char)(fold ? yett_lower(at[i]) : at[i]);
	return word;
}

/* The hash of `bytes` after what `hash` already stands for. */
static inline uint64_t
yett_hash(uint64_t hash, struct yett_slice bytes, bool fold)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);

	for (; bytes.len >= 8; bytes.at += 8, bytes.len -= 8) {
		hash = (hash ^ yett_hash_word(bytes.at, 8, fold)) * odd;
		hash ^= hash >> 32;
	}
	/* The length tells "ab" and "c" from "a" and "bc". */
	hash ^= yett_hash_word(bytes.at, bytes.len, fold) | bytes.len << 56;
	hash *= odd;
	return hash ^ hash >> 32;
}

/* As many bits as a table of 32-bit slots holds. */
static inline uint32_t
yett_hash_short(uint64_t hash)
{
	return (uint32_t)(hash ^ hash >> 32);
}

#endif
