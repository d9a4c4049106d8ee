/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siphash.h - SipHash-2-4, a keyed hash of 64 bits.
 *
 * With a secret random key nobody can choose values that collide. With a known
 * key it distributes well and is the same on every machine and in every
 * version.
 */
#ifndef YETT_BASE_SIPHASH_H
#define YETT_BASE_SIPHASH_H

#include <stdint.h>

#include "base/slice.h"

#define YETT_SIPHASH_KEY_LEN 16

/* SipHash-2-4 of `bytes`. Whoever does not know the key cannot make two texts
 * meet. */
uint64_t
yett_siphash(const uint8_t key[YETT_SIPHASH_KEY_LEN], struct yett_slice bytes);

#endif
