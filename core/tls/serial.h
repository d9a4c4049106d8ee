/* SPDX-License-Identifier: Apache-2.0 */
/*
 * serial.h - the serial number of a certificate, to be compared.
 */
#ifndef YETT_TLS_SERIAL_H
#define YETT_TLS_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/slice.h"

/* RFC 5280, section 4.1.2.2 allows 20 octets; some use more. */
#define YETT_SERIAL_MOST 32

/* A serial number without leading zeros. */
struct yett_serial {
	uint8_t len;
	uint8_t byte[YETT_SERIAL_MOST];
};

/* False: it is longer than any. */
bool yett_serial_read(struct yett_serial *out, struct yett_slice bytes);

#endif
