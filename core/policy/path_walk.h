/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path_walk.h - generates one path for each way to match the patterns of two
 * sites.
 *
 * Walks down the patterns of both at once. At each depth a segment is one of
 * those that a pattern has there, in every case that matters, or some other;
 * patterns that it does not match are dropped. So each path of a client
 * matches the same patterns as one that is generated.
 */
#ifndef YETT_POLICY_PATH_WALK_H
#define YETT_POLICY_PATH_WALK_H

#include "base/status.h"
#include "policy/rules.h"

/*
 * Call `visit` with each path, which is lent for the call, until it returns
 * false.
 * YETT_E_LIMIT: there are too many, or too long ones.
 */
YETT_MUST_USE
enum yett_status
yett_path_walk(const struct yett_site *a, const struct yett_site *b,
    bool (*visit)(void *arg, struct yett_slice path), void *arg);

#endif
