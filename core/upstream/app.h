/* SPDX-License-Identifier: Apache-2.0 */
/*
 * app.h - connects to HTTP applications inside this process.
 *
 * An application has a name, which a policy calls "app:NAME", and a function
 * that makes a connection to it. The registry is filled before the gateway
 * starts and is Frozen from then on.
 */
#ifndef YETT_UPSTREAM_APP_H
#define YETT_UPSTREAM_APP_H

#include "io/address.h"

#define YETT_APP_NAME_LEN 63
#define YETT_APP_MOST 16

/* How an application is reached. */
struct yett_app_door {
	/*
	 * A new nonblocking stream socket to the application, which shall be
	 * told that the client is at `client`; the caller owns it. Any worker
	 * calls this at any time; it must not wait.
	 */
	enum yett_status (*open)(void *arg, int *out,
	    const struct yett_address *client, struct yett_fault *fault);
	/* Once nobody calls `open` any more; NULL: nothing is to do. */
	void (*close)(void *arg);
	void *arg;
};

struct yett_app {
	char name[YETT_APP_NAME_LEN + 1];
	struct yett_app_door door;
};

/* All zero is a valid empty registry. */
struct yett_apps {
	struct yett_app app[YETT_APP_MOST];
	uint32_t count;
};

/*
 * `name` and `door` are copied.
 * YETT_E_ARGUMENT: it is empty, too long, taken, or not made of letters,
 *                  digits, '.', '-' and '_'.
 * YETT_E_LIMIT:    there are YETT_APP_MOST already.
 */
YETT_MUST_USE
enum yett_status yett_apps_add(struct yett_apps *apps, struct yett_slice name,
    const struct yett_app_door *door, struct yett_fault *fault);

/* Close all doors and forget them. */
void yett_apps_close(struct yett_apps *apps);

/* NULL: there is none of that name. */
const struct yett_app *
yett_apps_find(const struct yett_apps *apps, struct yett_slice name);

#endif
