# SPDX-License-Identifier: Apache-2.0
# The Lua modules are compiled into the library as text, so that an appliance
# needs no files.
lua_modules = \
	lua/yett/check/certificate_types.lua \
	lua/yett/check/cross_check.lua \
	lua/yett/check/field_check.lua \
	lua/yett/check/value_types.lua \
	lua/yett/diagnosis/did_you_mean.lua \
	lua/yett/diagnosis/error_pages.lua \
	lua/yett/diagnosis/explain_code.lua \
	lua/yett/diagnosis/foreign_words.lua \
	lua/yett/diagnosis/locator.lua \
	lua/yett/diagnosis/output.lua \
	lua/yett/diagnosis/refusal_pages.lua \
	lua/yett/diagnosis/report.lua \
	lua/yett/diagnosis/warning_pages.lua \
	lua/yett/export/editor_files.lua \
	lua/yett/export/export.lua \
	lua/yett/export/json_schema.lua \
	lua/yett/export/policy_data.lua \
	lua/yett/export/policy_text.lua \
	lua/yett/iis/config.lua \
	lua/yett/iis/import.lua \
	lua/yett/iis/netsh.lua \
	lua/yett/iis/parity.lua \
	lua/yett/iis/policy_text.lua \
	lua/yett/iis/report.lua \
	lua/yett/iis/sites.lua \
	lua/yett/iis/ssl_flags.lua \
	lua/yett/language/declarations.lua \
	lua/yett/language/facts.lua \
	lua/yett/language/instance.lua \
	lua/yett/language/load.lua \
	lua/yett/language/use_module.lua \
	lua/yett/language/names.lua \
	lua/yett/language/sandbox.lua \
	lua/yett/language/schema.lua \
	lua/yett/language/units.lua \
	lua/yett/language/value_words.lua \
	lua/yett/lint/comparison_check.lua \
	lua/yett/lint/impossible_comparison.lua \
	lua/yett/lint/may_request_certificate.lua \
	lua/yett/lint/nil_check.lua \
	lua/yett/lint/scope.lua \
	lua/yett/lint/site_functions.lua \
	lua/yett/lint/value_check.lua \
	lua/yett/lint/verdict_check.lua \
	lua/yett/lint/verdict_paths.lua \
	lua/yett/syntax/error_messages.lua \
	lua/yett/syntax/lexer.lua \
	lua/yett/syntax/parser.lua \
	lua/yett/test/coverage.lua \
	lua/yett/test/from_log.lua \
	lua/yett/test/load.lua \
	lua/yett/test/output.lua \
	lua/yett/test/run.lua \
	lua/yett/test/schema.lua \
	lua/yett/text/json_reader.lua \
	lua/yett/text/json_writer.lua \
	lua/yett/text/plural.lua \
	lua/yett/text/sorted_keys.lua
EXTRA_DIST += lua/README.md lua/modules.awk $(lua_modules)

nodist_core_libcore_la_SOURCES = lua/modules.c
CLEANFILES += lua/modules.c
lua/modules.c: lua/modules.awk $(lua_modules)
	$(AM_V_GEN)$(MKDIR_P) lua
	$(AM_V_at)here=`pwd` && cd $(srcdir) && \
		$(AWK) -f lua/modules.awk $(lua_modules) \
		>"$$here/lua/modules.c.tmp"
	$(AM_V_at)mv lua/modules.c.tmp lua/modules.c
