/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xml.h - a small tree of an XML document, each element with its place.
 *
 * For configuration files from other programs: text between elements is
 * dropped, and everything is bounded. A document type is refused, and with it
 * all entities but the five of XML itself, so that nothing is expanded and no
 * other file is opened. Frozen after parsing.
 */
#ifndef YETT_IMPORT_XML_H
#define YETT_IMPORT_XML_H

#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* Most of a document; what has more is refused. */
#define YETT_XML_BYTES ((size_t)16 * 1024 * 1024)
#define YETT_XML_DEPTH 64
#define YETT_XML_ELEMENTS 200000
#define YETT_XML_ATTRIBUTES 64 /* of one element */

/* A name and its value, NUL-terminated UTF-8. Frozen. */
struct yett_xml_attribute {
	const char *name, *value;
};

/* One element. Frozen. */
struct yett_xml_element {
	const char *name;
	unsigned long line, column; /* of its '<', from 1 */
	struct yett_xml_attribute *attribute;
	uint32_t attribute_count;
	struct yett_xml_element *parent; /* NULL for the root */
	struct yett_xml_element *first;  /* child; NULL when there is none */
	struct yett_xml_element *last;
	struct yett_xml_element *next; /* sibling; NULL for the last */
};

/*
 * Parse `text`, in UTF-8 or, with a byte order mark, UTF-16. `name` is the
 * file's, for the fault, whose `where` is "FILE:LINE:COLUMN". The tree lives in
 * `arena`.
 *
 * YETT_E_POLICY: it is no well-formed XML, or has a document type.
 * YETT_E_LIMIT:  it is larger or deeper than the limits above.
 */
YETT_MUST_USE
enum yett_status
yett_xml_parse(const struct yett_xml_element **out, struct yett_slice text,
    const char *name, struct yett_arena *arena, struct yett_fault *fault);

#endif
