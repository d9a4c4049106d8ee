/* SPDX-License-Identifier: Apache-2.0 */
/* xml: the tree with its places, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "import/xml.h"

/* Parse text that must be fine. */
static const struct yett_xml_element *
parse(struct yett_arena *arena, struct yett_slice text)
{
	const struct yett_xml_element *root = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;

	if (yett_xml_parse(&root, text, "a.config", arena, &fault) != YETT_OK)
		fail_msg("%s: %s", fault.where, fault.what);
	return root;
}

static void
must_refuse(struct yett_slice text, enum yett_status status, const char *where,
    const char *what)
{
	const struct yett_xml_element *root = NULL;
	struct yett_fault fault = YETT_FAULT_NONE;
	struct yett_arena arena = { 0 };

	assert_int_equal(yett_xml_parse(&root, text, "a.config", &arena,
			     &fault),
	    status);
	assert_null(root);
	assert_string_equal(fault.where, where);
	assert_string_equal(fault.what, what);
	yett_arena_clear(&arena);
}

/* A shell that writes a file anew changes its encoding, not its declaration. */
static void
test_byte_order_mark_tells_the_encoding(void **state)
{
	static const char utf8[] = "<?xml version='1.0' encoding='utf-8'?><a/>";
	static const char utf16[] =
	    "\xef\xbb\xbf<?xml version='1.0' encoding='utf-16'?><a/>";
	struct yett_arena arena = { 0 };
	char wide[2 * sizeof(utf8)] = "\xff\xfe";

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(utf8); i++)
		wide[2 + 2 * i] = utf8[i];
	assert_string_equal(parse(&arena,
				(struct yett_slice){ wide, sizeof(wide) })
				->name,
	    "a");
	assert_string_equal(parse(&arena,
				(struct yett_slice){ utf16, sizeof(utf16) - 1 })
				->name,
	    "a");
	yett_arena_clear(&arena);
}

static void
test_elements_have_attributes_and_places(void **state)
{
	struct yett_arena arena = { 0 };
	const struct yett_xml_element *root = parse(&arena,
	    YETT_LIT(
		"<?xml version=\"1.0\"?>\n<a>\n  text <b x='1' y='&lt;'/>\n"
		"\t<!-- <no/> --><c><d/></c>\n</a>"));
	const struct yett_xml_element *b = root->first, *c = b->next;

	(void)state;
	assert_string_equal(root->name, "a");
	assert_null(root->parent);
	assert_int_equal(root->line, 2);
	assert_int_equal(root->column, 1);
	assert_string_equal(b->name, "b");
	assert_int_equal(b->line, 3);
	assert_int_equal(b->column, 8);
	assert_int_equal(b->attribute_count, 2);
	assert_string_equal(b->attribute[0].name, "x");
	assert_string_equal(b->attribute[1].value, "<");
	assert_string_equal(c->first->name, "d");
	assert_ptr_equal(c->first->parent, c);
	assert_ptr_equal(root->last, c);
	assert_null(c->next);
	yett_arena_clear(&arena);
}

static void
test_both_byte_order_marks_are_read(void **state)
{
	static const char wide[] = "\xff\xfe<\0a\0 \0x\0=\0'\0\xe9\0'\0/\0>";
	struct yett_arena arena = { 0 };
	const struct yett_xml_element *root;

	(void)state;
	root = parse(&arena, YETT_LIT("\xef\xbb\xbf<a x='\xc3\xa9'/>"));
	assert_string_equal(root->attribute[0].value, "\xc3\xa9");
	root = parse(&arena, (struct yett_slice){ wide, sizeof(wide) });
	assert_string_equal(root->attribute[0].value, "\xc3\xa9");
	yett_arena_clear(&arena);
}

static void
test_what_is_not_well_formed_is_told_with_its_place(void **state)
{
	(void)state;
	must_refuse(YETT_LIT("<a>\n <b></c>\n</a>"), YETT_E_POLICY,
	    "a.config:2:7", "this is no sound XML: mismatched tag");
	must_refuse(YETT_LIT(""), YETT_E_POLICY, "a.config:1:1",
	    "this is no sound XML: no element found");
	must_refuse(YETT_LIT("<a x='1' x='2'/>"), YETT_E_POLICY,
	    "a.config:1:10", "this is no sound XML: duplicate attribute");
	must_refuse(YETT_LIT("<a x='\xc3('/>"), YETT_E_POLICY, "a.config:1:7",
	    "this is no sound XML: not well-formed (invalid token)");
	must_refuse(YETT_LIT("<a>&nbsp;</a>"), YETT_E_POLICY, "a.config:1:4",
	    "this is no sound XML: undefined entity");
}

static void
test_document_types_are_refused(void **state)
{
	static const char why[] = "a document type is refused: no "
				  "configuration has entities of its own";

	(void)state;
	must_refuse(YETT_LIT("<!DOCTYPE a [<!ENTITY b \"cc\">]>\n<a>&b;</a>"),
	    YETT_E_POLICY, "a.config:1:13", why);
	must_refuse(YETT_LIT("<!DOCTYPE a SYSTEM \"/etc/passwd\"><a/>"),
	    YETT_E_POLICY, "a.config:1:33", why);
	must_refuse(YETT_LIT("<!DOCTYPE a><a/>"), YETT_E_POLICY,
	    "a.config:1:12", why);
}

/* Append `text` so many times. */
static void
repeat(struct yett_buf *buf, const char *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(yett_buf_append(buf, yett_slice_of(text)),
		    YETT_OK);
}

static void
test_depth_is_bounded(void **state)
{
	struct yett_arena arena = { 0 };
	struct yett_buf text = { 0 };

	(void)state;
	repeat(&text, "<a>", YETT_XML_DEPTH);
	repeat(&text, "</a>", YETT_XML_DEPTH);
	(void)parse(&arena, yett_buf_slice(&text)); /* it only must not fail */
	yett_buf_clear(&text);
	yett_arena_clear(&arena);
	repeat(&text, "<a>", YETT_XML_DEPTH + 1);
	must_refuse(yett_buf_slice(&text), YETT_E_LIMIT, "a.config:1:193",
	    "elements are nested too deeply");
	yett_buf_clear(&text);
}

static void
test_numbers_are_bounded(void **state)
{
	struct yett_buf text = { 0 };

	(void)state;
	repeat(&text, "<a>\n", 1);
	repeat(&text, "<b/>", YETT_XML_ELEMENTS);
	must_refuse(yett_buf_slice(&text), YETT_E_LIMIT, "a.config:2:799997",
	    "there are too many elements");
	yett_buf_clear(&text);
	repeat(&text, "<a", 1);
	for (int i = 0; i <= YETT_XML_ATTRIBUTES; i++)
		assert_int_equal(yett_buf_printf(&text, " x%d=''", i), YETT_OK);
	repeat(&text, "/>", 1);
	must_refuse(yett_buf_slice(&text), YETT_E_LIMIT, "a.config:1:1",
	    "the element has too many attributes");
	yett_buf_clear(&text);
}

static void
test_size_is_bounded(void **state)
{
	size_t len = YETT_XML_BYTES + 1;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, ' ', len);
	must_refuse((struct yett_slice){ text, len }, YETT_E_LIMIT, "a.config",
	    "the file has more than 16777216 bytes");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byte_order_mark_tells_the_encoding),
		cmocka_unit_test(test_elements_have_attributes_and_places),
		cmocka_unit_test(test_both_byte_order_marks_are_read),
		cmocka_unit_test(
		    test_what_is_not_well_formed_is_told_with_its_place),
		cmocka_unit_test(test_document_types_are_refused),
		cmocka_unit_test(test_depth_is_bounded),
		cmocka_unit_test(test_numbers_are_bounded),
		cmocka_unit_test(test_size_is_bounded),
	};

	return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
