/* SPDX-License-Identifier: Apache-2.0 */
/*
 * directory_name.h - whether a Name begins with another (RFC 5280, section
 * 7.1). Any thread.
 */
#ifndef YETT_TLS_DIRECTORY_NAME_H
#define YETT_TLS_DIRECTORY_NAME_H

#include "base/slice.h"

enum yett_within {
	YETT_WITHIN_OTHER_FORM, /* the subtree says nothing about the name */
	YETT_WITHIN_YES,
	YETT_WITHIN_NO,
	YETT_WITHIN_UNKNOWN, /* they cannot be compared */
};

/* Both are contents of a Name's SEQUENCE in DER. */
enum yett_within
yett_directory_name_within(struct yett_slice name, struct yett_slice base);

#endif
