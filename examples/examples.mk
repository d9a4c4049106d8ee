# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += examples/demo.sh \
	examples/embed/embed.c \
	examples/minimal/README.md examples/minimal/first.lua \
	examples/systemd/yett.service examples/systemd/yett.socket

# Builds against an installed library, with the compiler and the sanitizers
# that built it.
dist_check_SCRIPTS += examples/embed/test-embed.sh
AM_TESTS_ENVIRONMENT += \
	CC='$(CC)'; export CC; \
	SAN_FLAGS='$(SAN_FLAGS)'; export SAN_FLAGS;
