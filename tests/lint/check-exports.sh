#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared library shows the functions of its installed headers, all of them
# and nothing else.
top=${TOP_SRCDIR:-.}
library=${TOP_BUILDDIR:-.}/core/.libs/libyett.so
if [ ! -f "$library" ]; then
	echo "1..0 # SKIP no shared library was built"
	exit 0
fi
declared=$(cat "$top"/core/yett.h "$top"/core/yett_mhd.h 2>/dev/null |
	sed 's,/\*.*\*/,,; /^ *\*/d; /^#/d' | tr '\n' ' ' | tr ';{' '\n\n' |
	sed -n 's/.*YETT_API[^(]*[ *]\(yett_[a-z0-9_]*\)(.*/\1/p' | sort)
# What starts with an underscore belongs to the tool chain.
shown=$(nm -D --defined-only "$library" | awk '$3 !~ /^_/ { print $3 }' | sort)

report() {
	if [ -z "$3" ]; then
		echo "ok $1 - $2"
	else
		echo "not ok $1 - $2"
		printf '# %s\n' $3
	fi
}

hidden=
stray=
for name in $declared; do
	echo "$shown" | grep -qx "$name" || hidden="$hidden $name"
done
for name in $shown; do
	echo "$declared" | grep -qx "$name" || stray="$stray $name"
done
report 1 "the library shows nothing that no header declares" "$stray"
report 2 "the library has everything that a header declares" "$hidden"
echo 1..2
