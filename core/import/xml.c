/* SPDX-License-Identifier: Apache-2.0 */
#include "import/xml.h"

#include <expat.h>

/* One parse. */
struct parse {
	XML_Parser parser;
	struct yett_arena *arena;
	struct yett_xml_element *root, *open; /* `open`: innermost, or NULL */
	unsigned depth;
	uint32_t elements;
	const char *name;
	enum yett_status status;
	struct yett_fault *fault;
};

static void
say_where(const struct parse *parse)
{
	yett_fault_where(parse->fault, "%s:%lu:%lu", parse->name,
	    (unsigned long)XML_GetCurrentLineNumber64(parse->parser),
	    (unsigned long)XML_GetCurrentColumnNumber64(parse->parser) + 1);
}

/* End the parse from inside a handler; the first reason stays. */
static void
stop(struct parse *parse, enum yett_status status, const char *why)
{
	if (parse->status != YETT_OK)
		return;
	parse->status = status;
	if (why != NULL) {
		say_where(parse);
		(void)yett_fail(parse->fault, status, "%s", why);
	}
	(void)XML_StopParser(parse->parser, XML_FALSE); /* it is running */
}

static const char *
copy(const struct parse *parse, const char *text)
{
	return yett_arena_copy(parse->arena, yett_slice_of(text)).at;
}

/* Copy expat's list of names and values; false when memory is out. */
static bool
copy_attributes(struct parse *parse, struct yett_xml_element *element,
    const XML_Char **pairs)
{
	element->attribute = yett_arena_alloc(parse->arena,
	    element->attribute_count * sizeof(*element->attribute));
	if (element->attribute == NULL)
		return false;
	for (uint32_t i = 0; i < element->attribute_count; i++) {
		struct yett_xml_attribute *attribute = &element->attribute[i];

		attribute->name = copy(parse, pairs[2 * (size_t)i]);
		attribute->value = copy(parse, pairs[2 * (size_t)i + 1]);
		if (attribute->name == NULL || attribute->value == NULL)
			return false;
	}
	return true;
}

static void
hang_in(struct parse *parse, struct yett_xml_element *element)
{
	struct yett_xml_element *parent = parse->open;

	element->parent = parent;
	if (parent == NULL)
		parse->root = element;
	else if (parent->last == NULL)
		parent->first = element;
	else
		parent->last->next = element;
	if (parent != NULL)
		parent->last = element;
	parse->open = element;
}

static void
on_start(void *arg, const XML_Char *name, const XML_Char **pairs)
{
	struct parse *parse = arg;
	struct yett_xml_element *element;
	uint32_t count = 0;

	if (parse->status != YETT_OK)
		return;
	while (pairs[2 * (size_t)count] != NULL)
		count++;
	if (++parse->depth > YETT_XML_DEPTH)
		stop(parse, YETT_E_LIMIT, "elements are nested too deeply");
	else if (++parse->elements > YETT_XML_ELEMENTS)
		stop(parse, YETT_E_LIMIT, "there are too many elements");
	else if (count > YETT_XML_ATTRIBUTES)
		stop(parse, YETT_E_LIMIT,
		    "the element has too many attributes");
	if (parse->status != YETT_OK)
		return;
	element = yett_arena_alloc(parse->arena, sizeof(*element));
	if (element == NULL) {
		stop(parse, YETT_E_NOMEM, NULL);
		return;
	}
	element->line = XML_GetCurrentLineNumber64(parse->parser);
	element->column = XML_GetCurrentColumnNumber64(parse->parser) + 1;
	element->attribute_count = count;
	element->name = copy(parse, name);
	if (element->name == NULL || !copy_attributes(parse, element, pairs))
		stop(parse, YETT_E_NOMEM, NULL);
	hang_in(parse, element);
}

static void
on_end(void *arg, const XML_Char *name)
{
	struct parse *parse = arg;

	(void)name;
	if (parse->status != YETT_OK)
		return;
	parse->open = parse->open->parent;
	parse->depth--;
}

static void
on_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int has_subset)
{
	(void)name, (void)system_id, (void)public_id, (void)has_subset;
	stop(arg, YETT_E_POLICY,
	    "a document type is refused: no configuration has entities of its "
	    "own");
}

static enum yett_status
fail_syntax(const struct parse *parse)
{
	enum XML_Error error = XML_GetErrorCode(parse->parser);

	if (error == XML_ERROR_NO_MEMORY)
		return YETT_E_NOMEM;
	say_where(parse);
	return yett_fail(parse->fault, YETT_E_POLICY,
	    "this is no sound XML: %s", XML_ErrorString(error));
}

/* Give expat the whole text at once: it would look at a long token again with
 * each piece (before 2.6). */
static enum yett_status
run(struct parse *parse, struct yett_slice text)
{
	enum XML_Status result = XML_Parse(parse->parser, text.at,
	    (int)text.len, XML_TRUE);

	if (parse->status != YETT_OK)
		return parse->status;
	return result == XML_STATUS_OK ? YETT_OK : fail_syntax(parse);
}

/* The encoding that a byte order mark tells, whatever the declaration says:
 * what a shell wrote anew has another one than it says. NULL: as declared. */
static const char *
marked_encoding(struct yett_slice text)
{
	if (text.len >= 2 &&
	    (memcmp(text.at, "\xff\xfe", 2) == 0 ||
		memcmp(text.at, "\xfe\xff", 2) == 0))
		return "UTF-16";
	if (text.len >= 3 && memcmp(text.at, "\xef\xbb\xbf", 3) == 0)
		return "UTF-8";
	return NULL;
}

enum yett_status
yett_xml_parse(const struct yett_xml_element **out, struct yett_slice text,
    const char *name, struct yett_arena *arena, struct yett_fault *fault)
{
	struct parse parse = { .arena = arena, .name = name, .fault = fault };
	enum yett_status status;

	if (text.len > YETT_XML_BYTES) {
		yett_fault_where(fault, "%s", name);
		return yett_fail(fault, YETT_E_LIMIT,
		    "the file has more than %zu bytes", YETT_XML_BYTES);
	}
	parse.parser = XML_ParserCreate(marked_encoding(text));
	if (parse.parser == NULL)
		return YETT_E_NOMEM;
	XML_SetUserData(parse.parser, &parse);
	XML_SetElementHandler(parse.parser, on_start, on_end);
	XML_SetStartDoctypeDeclHandler(parse.parser, on_doctype);
	status = run(&parse, text);
	if (status == YETT_OK)
		*out = parse.root;
	XML_ParserFree(parse.parser);
	return status;
}
