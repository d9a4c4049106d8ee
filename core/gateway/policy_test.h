/* SPDX-License-Identifier: Apache-2.0 */
/*
 * policy_test.h - running the tests of a policy.
 *
 * Implements yett_policy_test() and yett_policy_test_from_log() of yett.h. The
 * language of tests, and what is printed, are in lua/yett/test.lua; here is
 * what these modules cannot do: read files, load a policy and let it decide.
 */
#ifndef YETT_GATEWAY_POLICY_TEST_H
#define YETT_GATEWAY_POLICY_TEST_H

#include "yett.h"

#endif
