/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tls_group.h - one world for all tests of a program, and two clients in it.
 */
#ifndef TESTS_TLS_GROUP_H
#define TESTS_TLS_GROUP_H

#include "unit/tls_world.h"

extern struct world world;

/* A client of the staff's CA, and one of the other. */
extern struct identity good, stranger;

/* Both versions, as priorities of a client. */
extern const char *const versions[2];
#define EACH_VERSION(i) (size_t i = 0; i < 2; i++)

/* What is in force when the tests begin; NULL: nothing. */
extern const struct world_policy *group_policy;
int group_start(void **state);
int group_stop(void **state);

/* Run the array `tests` where `policy` is in force. */
#define RUN_IN_WORLD(tests, policy)                                            \
	(group_policy = (policy),                                              \
	    cmocka_run_group_tests(tests, group_start, group_stop))

#endif
