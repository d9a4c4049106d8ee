/* SPDX-License-Identifier: Apache-2.0 */
/*
 * privileges.h - from root, who may bind low ports, to a user who may not.
 */
#ifndef YETT_CLI_PRIVILEGES_H
#define YETT_CLI_PRIVILEGES_H

#include <stdbool.h>
#include <sys/types.h>

#include "yett.h"

/* Whom to become; what was not named stays. */
struct yett_privileges {
	const char *user; /* NULL: nobody else */
	uid_t uid;
	gid_t gid;
};

/*
 * Look up `user` and `group`, either of which may be NULL: without a group it
 * is the user's own. YETT_E_ARGUMENT: there is none, or a group alone.
 */
enum yett_status yett_privileges_find(struct yett_privileges *out,
    const char *user, const char *group, struct yett_fault *fault);

/* Become that user, with all threads, for good. YETT_E_SYSTEM: the system does
 * not let us. */
enum yett_status yett_privileges_drop(const struct yett_privileges *privileges,
    struct yett_fault *fault);

#endif
