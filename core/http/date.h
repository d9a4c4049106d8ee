/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date.h - the value of a Date field.
 */
#ifndef YETT_HTTP_DATE_H
#define YETT_HTTP_DATE_H

#include <stdint.h>

#include "base/slice.h"

#define YETT_DATE_LEN 29

/*
 * Write `seconds` since 1970 UTC as an IMF-fixdate (RFC 9110, section 5.6.7),
 * for example "Sun, 06 Nov 1994 08:49:37 GMT"; years 0 to 9999.
 */
struct yett_slice yett_date_write(char out[YETT_DATE_LEN], int64_t seconds);

#endif
