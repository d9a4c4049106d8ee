/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/loaded_policy.h"

#include <stdlib.h>

#include "rollout/load.h"

enum yett_status
yett_policy_load(struct yett_policy **out, const char *path,
    const struct yett_report *report, struct yett_fault *fault)
{
	struct yett_policy *policy = calloc(1, sizeof(*policy));
	enum yett_status status;

	if (policy == NULL)
		return YETT_E_NOMEM;
	status = yett_load_reported(&policy->loaded, path, report, NULL, fault);
	if (status == YETT_OK)
		status = yett_instance_open(&policy->instance,
		    policy->loaded.source, fault);
	if (status != YETT_OK) {
		yett_policy_free(policy);
		return status;
	}
	*out = policy;
	return YETT_OK;
}

void
yett_policy_free(struct yett_policy *policy)
{
	if (policy == NULL)
		return;
	yett_instance_close(policy->instance);
	yett_credentials_close(policy->credentials);
	yett_loaded_clear(&policy->loaded);
	free(policy);
}

bool
yett_policy_knows_trusts(struct yett_policy *policy)
{
	return policy->credentials != NULL ||
	    yett_credentials_open_trusts(&policy->credentials,
		policy->loaded.gen, NULL) == YETT_OK;
}
