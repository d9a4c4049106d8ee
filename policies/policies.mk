# SPDX-License-Identifier: Apache-2.0
# Policies to start from, each with its tests.
policiesdir = $(pkgdatadir)/policies
dist_policies_DATA = \
	policies/README.md \
	policies/admin-name.lua \
	policies/admin-name_test.lua \
	policies/api.lua \
	policies/api_test.lua \
	policies/appliance.lua \
	policies/appliance_test.lua \
	policies/iis-24h2.lua \
	policies/iis-24h2_test.lua \
	policies/iis-cured.lua \
	policies/iis-cured_test.lua \
	policies/machines.lua \
	policies/machines_test.lua \
	policies/metrics.lua \
	policies/metrics_test.lua \
	policies/partners.json \
	policies/partners.lua \
	policies/partners_test.lua \
	policies/portal.lua \
	policies/portal_test.lua \
	policies/rollout.lua \
	policies/rollout_test.lua \
	policies/smartcard.lua \
	policies/smartcard_test.lua
policy_modulesdir = $(policiesdir)/modules
dist_policy_modules_DATA = policies/modules/common.lua
