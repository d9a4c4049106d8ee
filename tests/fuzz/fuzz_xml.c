/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any text: a tree is within its limits, hangs together, and its places go
 * forward; what is refused has a reason.
 */
#include "fuzz/fuzz.h"

#include "import/xml.h"

/* Look at `element` and all below it; returns how many there are. */
static uint32_t
look_at(const struct yett_xml_element *element, unsigned depth)
{
	const struct yett_xml_element *before = NULL;
	uint32_t count = 1;

	must(depth <= YETT_XML_DEPTH);
	must(element->name[0] != '\0' && element->line > 0 &&
	    element->column > 0);
	must(element->attribute_count <= YETT_XML_ATTRIBUTES);
	for (uint32_t i = 0; i < element->attribute_count; i++)
		must(element->attribute[i].name[0] != '\0' &&
		    element->attribute[i].value != NULL);
	for (const struct yett_xml_element *child = element->first;
	     child != NULL; child = child->next) {
		must(child->parent == element);
		must(before == NULL || child->line > before->line ||
		    (child->line == before->line &&
			child->column > before->column));
		count += look_at(child, depth + 1);
		before = child;
	}
	must(element->last == before);
	return count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yett_slice text = { (const char *)data, size };
	const struct yett_xml_element *root = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_arena arena = { 0 };

	if (yett_xml_parse(&root, text, "f", &arena, &fault) != YETT_OK)
		must(root == NULL && fault.what[0] != '\0');
	else
		must(look_at(root, 1) <= YETT_XML_ELEMENTS);
	yett_arena_clear(&arena);
	return 0;
}
