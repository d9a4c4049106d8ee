#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# C is laid out as .clang-format says. Other versions of clang-format than 14
# lay out some lines differently, so they do not judge.
cd "${TOP_SRCDIR:-.}" || exit 99
for tool in clang-format-14 clang-format; do
	"$tool" --version 2>/dev/null | grep -q 'version 14\.' && break
	tool=
done
if [ -z "$tool" ]; then
	echo "1..0 # SKIP clang-format 14 is not installed"
	exit 0
fi
if [ ! -f .clang-format ]; then
	echo "1..0 # SKIP no .clang-format beside the source"
	exit 0
fi
count=0
for file in $(find core lua examples tests -name '*.[ch]' -type f |
	LC_ALL=C sort); do
	count=$((count + 1))
	if complaint=$("$tool" --dry-run --Werror "$file" 2>&1); then
		echo "ok $count - $file"
	else
		echo "not ok $count - $file: run clang-format -i"
		echo "$complaint" | sed -n 's/^/# /; 1,3p'
	fi
done
echo "1..$count"
