# SPDX-License-Identifier: Apache-2.0
# The Lua modules are compiled into the library as text, so that an appliance
# needs no files.
lua_modules = \
	lua/yett/absent.lua \
	lua/yett/answers.lua \
	lua/yett/check.lua \
	lua/yett/code_page.lua \
	lua/yett/codes.lua \
	lua/yett/codes_review.lua \
	lua/yett/collector.lua \
	lua/yett/comparison.lua \
	lua/yett/comparison_check.lua \
	lua/yett/counted.lua \
	lua/yett/cures.lua \
	lua/yett/diagnostic.lua \
	lua/yett/elsewhere.lua \
	lua/yett/export.lua \
	lua/yett/export_data.lua \
	lua/yett/export_editor.lua \
	lua/yett/export_policy.lua \
	lua/yett/export_schema.lua \
	lua/yett/facts.lua \
	lua/yett/functions.lua \
	lua/yett/iis.lua \
	lua/yett/iis_access.lua \
	lua/yett/iis_config.lua \
	lua/yett/iis_netsh.lua \
	lua/yett/iis_parity.lua \
	lua/yett/iis_policy.lua \
	lua/yett/iis_report.lua \
	lua/yett/iis_sites.lua \
	lua/yett/instance.lua \
	lua/yett/json.lua \
	lua/yett/json_line.lua \
	lua/yett/key_kinds.lua \
	lua/yett/kinds.lua \
	lua/yett/lexer.lua \
	lua/yett/load.lua \
	lua/yett/may_ask.lua \
	lua/yett/names.lua \
	lua/yett/near.lua \
	lua/yett/place.lua \
	lua/yett/report.lua \
	lua/yett/sayings.lua \
	lua/yett/schema.lua \
	lua/yett/scope.lua \
	lua/yett/syntax.lua \
	lua/yett/test.lua \
	lua/yett/test_coverage.lua \
	lua/yett/test_from_log.lua \
	lua/yett/test_output.lua \
	lua/yett/test_schema.lua \
	lua/yett/test_words.lua \
	lua/yett/units.lua \
	lua/yett/use.lua \
	lua/yett/value_check.lua \
	lua/yett/values.lua \
	lua/yett/verdict_check.lua \
	lua/yett/vocabulary.lua \
	lua/yett/whole.lua
EXTRA_DIST += lua/README.md lua/modules.awk $(lua_modules)

nodist_core_libcore_la_SOURCES = lua/modules.c
CLEANFILES += lua/modules.c
lua/modules.c: lua/modules.awk $(lua_modules)
	$(AM_V_GEN)$(MKDIR_P) lua
	$(AM_V_at)here=`pwd` && cd $(srcdir) && \
		$(AWK) -f lua/modules.awk $(lua_modules) \
		>"$$here/lua/modules.c.tmp"
	$(AM_V_at)mv lua/modules.c.tmp lua/modules.c
