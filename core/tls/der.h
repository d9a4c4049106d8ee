/* SPDX-License-Identifier: Apache-2.0 */
/*
 * der.h - walks over the elements of a DER encoding (X.690) without a copy.
 *
 * For bounds that must hold before a library parses. It knows lengths and
 * tags, no types. A tag of more than one byte, an indefinite length and a
 * length beyond the enclosing element are errors. Any thread.
 */
#ifndef YETT_TLS_DER_H
#define YETT_TLS_DER_H

#include <stdint.h>

#include "base/slice.h"

enum yett_der_tag {
	YETT_DER_BOOLEAN = 0x01,
	YETT_DER_INTEGER = 0x02,
	YETT_DER_BIT_STRING = 0x03,
	YETT_DER_OCTET_STRING = 0x04,
	YETT_DER_OID = 0x06,
	YETT_DER_SEQUENCE = 0x30,
	YETT_DER_CONTEXT_0 = 0xa0, /* [0], constructed; [3] is 0xa3 */
};

/* Cut the first element off `rest`. False: there is none that is whole. */
bool yett_der_next(struct yett_slice *rest, uint8_t *tag,
    struct yett_slice *content);

/* The same for one that must have this tag; else nothing changes. */
bool
yett_der_take(struct yett_slice *rest, uint8_t tag, struct yett_slice *content);

#endif
