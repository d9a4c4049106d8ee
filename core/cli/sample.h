/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample.h - the directory of a demo: throw-away certificates and a policy
 * that uses them.
 *
 * Two authorities: ca.pem signs the sites' certificates, staff-ca.pem those of
 * people; their keys are never written. Two sites, portal.example and
 * late.example, and one person, Ada. The directory is removed at the end
 * unless the user keeps it.
 */
#ifndef YETT_CLI_SAMPLE_H
#define YETT_CLI_SAMPLE_H

#include <limits.h>
#include <stdbool.h>

#include "yett.h"

#define YETT_SAMPLE_PATH (PATH_MAX + 32)

struct yett_sample {
	char dir[PATH_MAX]; /* absolute; empty: not open */
	bool made_dir;      /* the directory itself is ours */
	bool keep;          /* set by the caller: closing removes nothing */
};

/*
 * Take the directory `dir`, made if it is missing, or a new temporary one when
 * it is NULL.
 *
 * YETT_E_ARGUMENT: it holds a file of ours already; nothing is overwritten.
 * YETT_E_SYSTEM:   it cannot be made or read.
 */
enum yett_status yett_sample_open(struct yett_sample *sample, const char *dir,
    struct yett_fault *fault);

/* Write the certificates and keys. Statuses as the throw-away CA's. */
enum yett_status
yett_sample_issue(const struct yett_sample *sample, struct yett_fault *fault);

/* Write policy.lua, which listens on 127.0.0.1 and `port` (0: a free one) and
 * sends everything to "app:origin". */
enum yett_status yett_sample_write_policy(const struct yett_sample *sample,
    unsigned port, struct yett_fault *fault);

/* The path of the sample's file `name`, in `out`; returns `out`. */
const char *yett_sample_path(const struct yett_sample *sample, const char *name,
    char out[YETT_SAMPLE_PATH]);

/* Remove what was written, unless it is to be kept. Not open is fine. */
void yett_sample_close(struct yett_sample *sample);

#endif
