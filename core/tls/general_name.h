/* SPDX-License-Identifier: Apache-2.0 */
/*
 * general_name.h - whether a name lies within a subtree of names (RFC 5280,
 * section 4.2.1.10). Any thread.
 */
#ifndef YETT_TLS_GENERAL_NAME_H
#define YETT_TLS_GENERAL_NAME_H

#include <stdint.h>

#include "base/slice.h"
#include "tls/directory_name.h"

/* The tags of GeneralName. */
enum yett_general_name_tag {
	YETT_NAME_OTHER = 0xa0,
	YETT_NAME_EMAIL = 0x81,
	YETT_NAME_DNS = 0x82,
	YETT_NAME_DIRECTORY = 0xa4,
	YETT_NAME_URI = 0x86,
	YETT_NAME_IP = 0x87,
};

/* A GeneralName; of a directory name the content is that of the Name. */
struct yett_general_name {
	uint8_t tag;
	struct yett_slice content;
};

/* Whether `name` lies within the subtree that `base` is the root of. */
enum yett_within yett_general_name_within(const struct yett_general_name *name,
    const struct yett_general_name *base);

#endif
