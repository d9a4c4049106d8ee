/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "yett.h"

#include "base/log.h"

const char *
yett_version(void)
{
	return PACKAGE_VERSION;
}

void
yett_log_to(yett_log_sink sink, void *arg, enum yett_log_level most)
{
	yett_log_set(sink, arg, most);
}
