# SPDX-License-Identifier: Apache-2.0
EXTRA_DIST += examples/demo.sh \
	examples/embed/embed.c \
	examples/minimal/README.md examples/minimal/first.lua
