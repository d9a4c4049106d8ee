/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/tls_group.h"

struct world world;
struct identity good, stranger;
const char *const versions[2] = { TLS12, TLS13 };
const struct world_policy *group_policy;

int
group_start(void **state)
{
	static const struct yett_ca_request request = { .common_name = "alice",
		.purposes = YETT_CA_CLIENT };

	(void)state;
	world_open(&world);
	if (group_policy != NULL)
		world_load(&world, group_policy);
	identity_make(&good, world.staff, &request);
	identity_make(&stranger, world.other, &request);
	return 0;
}

int
group_stop(void **state)
{
	(void)state;
	identity_clear(&good);
	identity_clear(&stranger);
	world_close(&world);
	return 0;
}
