/* SPDX-License-Identifier: Apache-2.0 */
#include "http/octet.h"

/* What bytes have in common, one letter each so that the table has a shape. */
#define V YETT_OCTET_VALUE       /* tab, space, not ASCII */
#define H (V | YETT_OCTET_TOKEN) /* # */
#define S (V | YETT_OCTET_QUERY) /* " < > ? [ \ ] { } */
#define K (S | YETT_OCTET_TOKEN) /* % ^ ` | */
#define P (S | YETT_OCTET_PATH)  /* ( ) , / : ; = @ */
#define B (K | YETT_OCTET_PATH)  /* ! $ & ' * + */
#define U (K | YETT_OCTET_PATH | YETT_OCTET_UNRESERVED) /* a-z 0-9 - . _ ~ */

const unsigned char yett_octet_class[256] = {
	/* clang-format off */
	0, 0, 0, 0, 0, 0, 0, 0, 0, V, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	V, B, S, H, B, K, B, B, P, P, B, B, P, U, U, P,
	U, U, U, U, U, U, U, U, U, U, P, P, S, P, S, S,
	P, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, S, S, S, K, U,
	K, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U,
	U, U, U, U, U, U, U, U, U, U, U, S, K, S, U, 0,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	V, V, V, V, V, V, V, V, V, V, V, V, V, V, V, V,
	/* clang-format on */
};
