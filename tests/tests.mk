# SPDX-License-Identifier: Apache-2.0
# Every test speaks TAP; tests/run.sh prints the sum.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
TEST_EXTENSIONS = .sh
AM_TESTS_ENVIRONMENT = \
	TOP_SRCDIR='$(abs_top_srcdir)'; export TOP_SRCDIR; \
	TOP_BUILDDIR='$(abs_top_builddir)'; export TOP_BUILDDIR; \
	CMOCKA_MESSAGE_OUTPUT=TAP; export CMOCKA_MESSAGE_OUTPUT; \
	LC_ALL=C; export LC_ALL;

# Unit tests: tests/unit/test_NOUN.c each, linked with libcore and cmocka.
LDADD = core/libcore.la $(CMOCKA_LIBS)
AM_CPPFLAGS += $(CMOCKA_CFLAGS)
if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
endif

# --- base
unit_tests += tests/unit/test_base

# --- http
unit_tests += tests/unit/test_body \
	tests/unit/test_field \
	tests/unit/test_head \
	tests/unit/test_host \
	tests/unit/test_uri

# --- io
unit_tests += \
	tests/unit/test_address \
	tests/unit/test_loop \
	tests/unit/test_socket

# --- policy
EXTRA_DIST += tests/unit/policy_builder.h
unit_tests += \
	tests/unit/test_draft \
	tests/unit/test_generation \
	tests/unit/test_matcher \
	tests/unit/test_path_trie \
	tests/unit/test_site_table

# --- script

# --- tls
unit_tests += \
	tests/unit/test_ca \
	tests/unit/test_tickets

# --- upstream

# --- gateway

# --- control

# --- plays: the rig runs the real gateway, an origin and TLS clients
check_PROGRAMS += tests/rig/rig
tests_rig_rig_SOURCES = \
	tests/rig/certificate.c \
	tests/rig/client.c \
	tests/rig/load.c \
	tests/rig/main.c \
	tests/rig/origin.c tests/rig/origin.h \
	tests/rig/process.c \
	tests/rig/records.c tests/rig/records.h \
	tests/rig/rig.h \
	tests/rig/served.c \
	tests/rig/wire.c
tests_rig_rig_LDADD = core/libcore.la
EXTRA_DIST += tests/rig/http.lua tests/rig/play.lua

# --- lint
dist_check_SCRIPTS += \
	tests/lint/check-exports.sh \
	tests/lint/check-format.sh \
	tests/lint/check-layers.sh \
	tests/lint/check-size.sh \
	tests/lint/check-words.sh
EXTRA_DIST += .clang-format .ci/run tests/lint/layers.txt tests/packages.txt \
	tests/run.sh tests/summary.sh
