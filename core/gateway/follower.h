/* SPDX-License-Identifier: Apache-2.0 */
/*
 * follower.h - a thread that takes up renewed keys, certificates and revocation
 * lists.
 *
 * Once a second it looks at the files that what is in force names. When some
 * have changed, and all of these have stayed the same for a second, it has the
 * same policy text loaded again; what cannot be used changes nothing, and is
 * tried again when the files change. Shared: `lock` guards `ending`.
 */
#ifndef YETT_GATEWAY_FOLLOWER_H
#define YETT_GATEWAY_FOLLOWER_H

#include "rollout/current.h"

struct yett_follower; /* opaque */

/* Load the text of `previous` again and put it in force; false: it cannot be,
 * which was told. */
typedef bool
yett_follower_renew(void *arg, const struct yett_rollout *previous);

/* `current` and `arg` are lent until it is stopped. YETT_E_SYSTEM: no thread.
 */
YETT_MUST_USE
enum yett_status
yett_follower_start(struct yett_follower **out, struct yett_current *current,
    yett_follower_renew *renew, void *arg, struct yett_fault *fault);

/* Takes and nulls it; waits for the end of a load. NULL inside is fine. */
void yett_follower_stop(struct yett_follower **follower);

#endif
