#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The shared library shows the functions of its installed headers, all of them
# and nothing else.
top=${TOP_SRCDIR:-.}
. "$top/tests/lint/tap.sh"
library=${TOP_BUILDDIR:-.}/core/.libs/libyett.so
if [ ! -f "$library" ]; then
	echo "1..0 # SKIP no shared library was built"
	exit 0
fi
declared=$(cat "$top"/core/yett*.h |
	sed 's,/\*.*\*/,,; /^ *\*/d; /^#/d' | tr '\n' ' ' | tr ';{' '\n\n' |
	sed -n 's/.*YETT_API[^(]*[ *]\(yett_[a-z0-9_]*\)(.*/\1/p' | sort)
# What starts with an underscore belongs to the tool chain.
shown=$(nm -D --defined-only "$library" | awk '$3 !~ /^_/ { print $3 }' | sort)

# lacking LIST OTHER WORDS: the names of LIST that OTHER does not have.
lacking() {
	for name in $1; do
		echo "$2" | grep -qx "$name" || echo "$name: $3"
	done
}

{
	lacking "$declared" "$shown" "declared, but the library does not have it"
	lacking "$shown" "$declared" "exported, but no header declares it"
} | verdict "the library exports what its headers declare"
