/* SPDX-License-Identifier: Apache-2.0 */
#include "upstream/app.h"

static bool
is_name(struct yett_slice name)
{
	if (name.len == 0 || name.len > YETT_APP_NAME_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = yett_lower(name.at[i]);

		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '.' || c == '-' || c == '_'))
			return false;
	}
	return true;
}

enum yett_status
yett_apps_add(struct yett_apps *apps, struct yett_slice name,
    const struct yett_app_door *door, struct yett_fault *fault)
{
	struct yett_app *app;

	if (!is_name(name))
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "an application's name has 1 to %d letters, digits, '.', "
		    "'-' and '_'",
		    YETT_APP_NAME_LEN);
	if (yett_apps_find(apps, name) != NULL)
		return yett_fail(fault, YETT_E_ARGUMENT,
		    "there is an application \"%.*s\" already", YETT_ARG(name));
	if (apps->count == YETT_APP_MOST)
		return yett_fail(fault, YETT_E_LIMIT,
		    "there are %d applications already", YETT_APP_MOST);
	app = &apps->app[apps->count++];
	memcpy(app->name, name.at, name.len);
	app->name[name.len] = '\0';
	app->door = *door;
	return YETT_OK;
}

void
yett_apps_close(struct yett_apps *apps)
{
	while (apps->count > 0) {
		const struct yett_app_door *door =
		    &apps->app[--apps->count].door;

		if (door->close != NULL)
			door->close(door->arg);
	}
}

const struct yett_app *
yett_apps_find(const struct yett_apps *apps, struct yett_slice name)
{
	for (uint32_t i = 0; i < apps->count; i++)
		if (yett_slice_eq(yett_slice_of(apps->app[i].name), name))
			return &apps->app[i];
	return NULL;
}
