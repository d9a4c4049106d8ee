/* SPDX-License-Identifier: Apache-2.0 */
/* Each list is read once, shared, and forgotten when nobody has it. */
#include "unit/tls_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tls/crl_store.h"

static struct world world;

static int
start(void **state)
{
	(void)state;
	world_open(&world);
	return 0;
}

static int
stop(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

/* A list of `ca` with one serial, as PEM in `file`, written an hour ago. */
static void
write_list(const char *file, const struct yett_ca *ca, uint32_t serial)
{
	const struct timespec old[2] = { { .tv_sec = 1000 },
		{ .tv_sec = 1000 } };
	struct yett_buf pem = { 0 };
	char path[160];

	assert_int_equal(yett_ca_crl(ca, &serial, 1, SPRING - 10, SPRING + 1000,
			     &pem, NULL),
	    YETT_OK);
	world_write(&world, file, &pem);
	yett_buf_clear(&pem);
	snprintf(path, sizeof(path), "%s/%s", world.folder, file);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
}

static enum yett_status
open_list(struct yett_crl_store *store, const char *file, struct yett_crls *out,
    struct yett_fault *fault)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", world.folder, file);
	return yett_crl_store_open(store, yett_slice_of(path), out, fault);
}

static bool
has(const struct yett_crl *crl, uint8_t number)
{
	const char byte[] = { 0, (char)number };
	struct yett_serial serial;

	assert_true(yett_serial_read(&serial,
	    (struct yett_slice){ byte, sizeof(byte) }));
	return yett_crl_has(crl, &serial);
}

static void
test_a_list_is_shared(void **state)
{
	struct yett_crls first = { 0 }, second = { 0 }, copy = { 0 };
	struct yett_crl_store *store;
	struct yett_buf text = { 0 };
	char path[160];

	(void)state;
	assert_int_equal(yett_crl_store_new(&store), YETT_OK);
	write_list("a.crl", world.staff, 7);
	assert_int_equal(open_list(store, "a.crl", &first, NULL), YETT_OK);
	assert_int_equal(open_list(store, "a.crl", &second, NULL), YETT_OK);
	assert_int_equal(first.count, 1);
	assert_ptr_equal(first.at[0], second.at[0]);
	assert_true(has(first.at[0], 7));
	assert_false(has(first.at[0], 8));
	assert_false(has(first.at[0], 0));
	/* Another file with the same list. */
	snprintf(path, sizeof(path), "%s/a.crl", world.folder);
	assert_int_equal(yett_file_read(path, 1 << 20, &text, NULL), YETT_OK);
	world_write(&world, "copy.crl", &text);
	yett_buf_clear(&text);
	assert_int_equal(open_list(store, "copy.crl", &copy, NULL), YETT_OK);
	assert_ptr_equal(copy.at[0], first.at[0]);
	yett_crls_clear(&copy);
	yett_crls_clear(&second);
	yett_crl_store_sweep(store);
	assert_int_equal(yett_crl_refs(first.at[0]), 3);
	yett_crls_clear(&first);
	yett_crl_store_sweep(store);
	assert_int_equal(open_list(store, "nothing.crl", &first, NULL),
	    YETT_E_NOT_FOUND);
	yett_crl_store_free(store);
}

/* A file is opened again when it looks otherwise, or was young. */
static void
test_a_file_is_opened_once(void **state)
{
	struct yett_crls before = { 0 }, after = { 0 };
	struct yett_crl_store *store;

	(void)state;
	assert_int_equal(yett_crl_store_new(&store), YETT_OK);
	write_list("b.crl", world.staff, 7);
	assert_int_equal(open_list(store, "b.crl", &before, NULL), YETT_OK);
	assert_int_equal(yett_crl_store_reads(store), 1);
	write_list("b.crl", world.staff, 8);
	assert_int_equal(open_list(store, "b.crl", &after, NULL), YETT_OK);
	assert_int_equal(yett_crl_store_reads(store), 2);
	assert_ptr_not_equal(before.at[0], after.at[0]);
	assert_true(has(after.at[0], 8));
	yett_crls_clear(&before);
	yett_crls_clear(&after);
	yett_crl_store_free(store);
}

/* Who signed it is found once, by key and not by name. */
static void
test_who_signed_it(void **state)
{
	struct yett_crls crls = { 0 };
	struct yett_buf pem = { 0 };
	struct yett_ca *forger;
	gnutls_x509_crt_t staff, twin;
	gnutls_datum_t text;

	(void)state;
	write_list("c.crl", world.staff, 7);
	assert_int_equal(open_list(NULL, "c.crl", &crls, NULL), YETT_OK);
	assert_int_equal(yett_ca_new(&forger, "Staff CA", NULL), YETT_OK);
	gnutls_x509_crt_init(&staff);
	gnutls_x509_crt_init(&twin);
	assert_int_equal(yett_ca_write(world.staff, &pem, NULL), YETT_OK);
	text = (gnutls_datum_t){ (unsigned char *)pem.memory,
		(unsigned)yett_buf_len(&pem) };
	assert_int_equal(gnutls_x509_crt_import(staff, &text,
			     GNUTLS_X509_FMT_PEM),
	    0);
	pem.end = pem.start;
	assert_int_equal(yett_ca_write(forger, &pem, NULL), YETT_OK);
	text.size = (unsigned)yett_buf_len(&pem);
	text.data = (unsigned char *)pem.memory;
	assert_int_equal(gnutls_x509_crt_import(twin, &text,
			     GNUTLS_X509_FMT_PEM),
	    0);
	for (int i = 0; i < 3; i++) {
		assert_true(yett_crl_names(crls.at[0], twin));
		assert_false(yett_crl_is_by(crls.at[0], twin));
		assert_true(yett_crl_is_by(crls.at[0], staff));
	}
	gnutls_x509_crt_deinit(staff);
	gnutls_x509_crt_deinit(twin);
	yett_ca_free(forger);
	yett_buf_clear(&pem);
	yett_crls_clear(&crls);
}

/* Whatever is cut off or changed, it is refused or read, and never more. */
static void
test_damage_is_found(void **state)
{
	struct yett_crls crls = { 0 };
	struct yett_buf pem = { 0 };
	uint32_t serial[] = { 1, 300, 70000 };

	(void)state;
	assert_int_equal(yett_ca_crl(world.staff, serial, 3, SPRING - 10,
			     SPRING + 10, &pem, NULL),
	    YETT_OK);
	for (size_t i = 0; i < yett_buf_len(&pem); i++) {
		size_t len = yett_buf_len(&pem);
		char *copy = malloc(len);

		assert_non_null(copy);
		memcpy(copy, pem.memory + pem.start, len);
		copy[i] = (char)(copy[i] ^ 2);
		(void)!yett_crls_read(&crls, copy, len, "it", NULL);
		memcpy(copy, pem.memory + pem.start, len);
		assert_int_not_equal(yett_crls_read(&crls, copy,
					 i < len - 26 ? i : len - 26, "it",
					 NULL),
		    YETT_OK);
		free(copy);
	}
	yett_crls_clear(&crls);
	yett_buf_clear(&pem);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_list_is_shared),
		cmocka_unit_test(test_a_file_is_opened_once),
		cmocka_unit_test(test_who_signed_it),
		cmocka_unit_test(test_damage_is_found),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
