/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "yett.h"

const char *
yett_version(void)
{
	return PACKAGE_VERSION;
}
