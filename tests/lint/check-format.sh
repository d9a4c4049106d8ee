#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# C is laid out as .clang-format says, by clang-format 14. Another version may
# lay out some lines differently: it can pass this test, and cannot fail it.
cd "${TOP_SRCDIR:-.}" || exit 99
. tests/lint/tap.sh
for tool in clang-format-14 clang-format clang-format-15 clang-format-16 \
	clang-format-17 clang-format-18 clang-format-19 ''; do
	command -v "$tool" >/dev/null && break
done
if [ -z "$tool" ]; then
	echo "1..0 # SKIP clang-format is not installed"
	exit 0
fi
if [ ! -f .clang-format ]; then
	echo "1..0 # SKIP no .clang-format beside the source"
	exit 0
fi
version=$("$tool" --version | sed -n 's/.*version \([0-9]*\).*/\1/p')
unlike=$(find core lua examples tests -name '*.[ch]' -type f |
	LC_ALL=C sort | xargs "$tool" --dry-run 2>&1 |
	sed -n 's/:[0-9:]* warning: code should be clang-formatted.*//p;
		s/.*error:.*/&/p' | uniq)
if [ -n "$unlike" ] && [ "$version" != 14 ]; then
	echo "1..0 # SKIP clang-format $version lays C out unlike version 14"
	exit 0
fi
printf '%s' "$unlike" | sed 's/$/: run clang-format -i/' |
	verdict "clang-format $version would change nothing"
