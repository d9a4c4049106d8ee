/* SPDX-License-Identifier: Apache-2.0 */
/* What a gateway counts, as a program that embeds it reads it. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <cmocka.h>

#include "gateway/gateway.h"
#include "request/counters.h"
#include "yett_mhd.h"

#define SAMPLES_MOST 256

struct reading {
	unsigned count;
	struct yett_metric metric[SAMPLES_MOST];
};

static void
keep(void *arg, const struct yett_metric *metric)
{
	struct reading *reading = arg;

	assert_true(reading->count < SAMPLES_MOST);
	reading->metric[reading->count++] = *metric;
}

static const struct yett_metric *
find(const struct reading *reading, const char *name, const char *value)
{
	for (unsigned i = 0; i < reading->count; i++) {
		const struct yett_metric *metric = &reading->metric[i];

		if (strcmp(metric->name, name) == 0 &&
		    (value == NULL || strcmp(metric->label_value, value) == 0))
			return metric;
	}
	fail_msg("there is no %s %s", name, value == NULL ? "" : value);
	return NULL;
}

static void
test_a_gateway_that_never_started(void **state)
{
	struct yett_gateway *gateway;
	struct reading reading = { 0 };

	(void)state;
	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	yett_gateway_metrics(gateway, keep, &reading);
	assert_int_equal(find(&reading, "yett_workers", NULL)->value, 0);
	assert_int_equal(find(&reading, "yett_generation", NULL)->value, 0);
	assert_int_equal(find(&reading, "yett_build_info", PACKAGE_VERSION)
			     ->value,
	    1);
	assert_true(find(&reading, "process_start_time_seconds", NULL)->value >
	    1700000000);
	yett_gateway_free(gateway);
}

static void
test_every_sample_has_a_name_of_its_own(void **state)
{
	struct yett_gateway *gateway;
	struct reading reading = { 0 };

	(void)state;
	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	yett_gateway_metrics(gateway, keep, &reading);
	for (unsigned i = 0; i < reading.count; i++) {
		const struct yett_metric *one = &reading.metric[i];

		assert_int_equal(one->label == NULL, one->label_value == NULL);
		if (one->label == NULL)
			continue;
		assert_string_not_equal(one->label_value, "");
		assert_ptr_equal(find(&reading, one->name, one->label_value),
		    one);
	}
	yett_gateway_free(gateway);
}

static void
test_sets_are_added_up(void **state)
{
	static struct yett_counters counters[3];
	struct yett_gateway *gateway;
	struct reading reading = { 0 };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		yett_count(&counters[i], YETT_COUNT_OPEN);
		yett_count(&counters[i],
		    YETT_COUNT_DECISION + YETT_REASON_DENIED);
	}
	yett_count_add(&counters[0], YETT_COUNT_OPEN, UINT64_MAX);
	yett_count_message(&counters[1], 505);
	yett_count_message(&counters[2], 499);
	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	gateway->counters = counters;
	gateway->counter_count = 3;
	yett_gateway_metrics(gateway, keep, &reading);
	assert_int_equal(find(&reading, "yett_connections_open", NULL)->value,
	    2);
	assert_int_equal(find(&reading, "yett_decisions_total", "denied")
			     ->value,
	    3);
	assert_int_equal(find(&reading, "yett_message_errors_total", "505")
			     ->value,
	    1);
	assert_int_equal(find(&reading, "yett_message_errors_total", "other")
			     ->value,
	    1);
	gateway->counters = NULL;
	gateway->counter_count = 0;
	yett_gateway_free(gateway);
}

static void
test_sets_share_no_cache_line(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct yett_counters) % 64, 0);
	assert_int_equal(_Alignof(struct yett_counters), 64);
}

/* The name is taken once; the gateway stops what it serves with. */
static void
test_the_page_is_the_gateways_own(void **state)
{
	struct yett_gateway *gateway;

	(void)state;
	assert_int_equal(yett_gateway_new(&gateway, NULL), YETT_OK);
	assert_int_equal(yett_gateway_add_metrics(gateway, "metrics", NULL),
	    YETT_OK);
	assert_int_equal(yett_gateway_add_metrics(gateway, "metrics", NULL),
	    YETT_E_ARGUMENT);
	yett_gateway_free(gateway);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_gateway_that_never_started),
		cmocka_unit_test(test_every_sample_has_a_name_of_its_own),
		cmocka_unit_test(test_sets_are_added_up),
		cmocka_unit_test(test_sets_share_no_cache_line),
		cmocka_unit_test(test_the_page_is_the_gateways_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
