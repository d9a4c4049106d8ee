/* SPDX-License-Identifier: Apache-2.0 */
/*
 * datum.h - our slices as GnuTLS's datums, and back.
 */
#ifndef YETT_TLS_DATUM_H
#define YETT_TLS_DATUM_H

#include <gnutls/gnutls.h>
#include <stdint.h>

#include "base/slice.h"

/* GnuTLS takes input as a pointer to bytes it might write, and does not. */
static inline gnutls_datum_t
yett_datum(struct yett_slice bytes)
{
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)bytes.at,
		(unsigned)bytes.len };
}

/* What GnuTLS lent, as ours. */
static inline struct yett_slice
yett_datum_slice(const gnutls_datum_t *datum)
{
	return (struct yett_slice){ (const char *)datum->data, datum->size };
}

#endif
