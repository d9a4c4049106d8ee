#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# No two modules of core/ need each other, however far around. A module is the
# files of one name in one folder; it needs those whose headers it includes,
# and, as far as objects were built, those whose functions and data it uses. A
# circle that cannot be helped is defended in core/README.md: a line that begins
# with "- circle:" and names its modules, in backquotes.
top=${TOP_SRCDIR:-.}
. "$top/tests/lint/tap.sh"
objects=$(cd "${TOP_BUILDDIR:-.}/core" 2>/dev/null && pwd)
cd "$top/core" || exit 99
name="no circle of modules"

includes() {
	grep -H '^#[[:blank:]]*include[[:blank:]]*"[a-z0-9_]*/[a-z0-9_]*\.h"' \
		*/*.[ch] |
		sed 's/\.[ch]:#[^"]*"/ /; s/\.h".*//'
}

objects() {
	ls "$objects"/*/*.o "$objects"/*/.libs/*.o 2>/dev/null
}

# Whoever uses a symbol calls the module that defines it. Objects of sources
# that are gone say nothing.
calls() {
	# shellcheck disable=SC2046 # names without blanks
	nm -A $(objects) | awk -v folder="$objects/" '
		{
			module = substr($1, length(folder) + 1)
			sub(/\.libs\//, "", module)
			sub(/\.o:.*/, "", module)
			name = $NF
		}
		name !~ /^yett_/ || is_source(module) == 0 { next }
		$(NF - 1) == "U" { uses[++count] = module " " name }
		$(NF - 1) ~ /^[BCDRTV]$/ { home[name] = module }
		function is_source(module,    line) {
			if (!(module in has)) {
				has[module] = (getline line < (module ".c")) > 0
				close(module ".c")
			}
			return has[module]
		}
		END {
			for (i = 1; i <= count; i++) {
				split(uses[i], use, " ")
				if (use[2] in home)
					print use[1], home[use[2]]
			}
		}'
}

# A header alone that extends another one of its name (exchange_state.h includes
# exchange.h) is of that module.
extensions() {
	for header in */*_*.h; do
		[ -f "${header%.h}.c" ] && continue
		base=${header%.h}
		while :; do
			case $base in
			*_*) base=${base%_*} ;;
			*) break ;;
			esac
			grep -q "^#include \"$base\.h\"" "$header" || continue
			echo "${header%.h} $base"
			break
		done
	done
}

merged() {
	awk -v extensions="$(extensions | tr '\n' ' ')" '
	BEGIN {
		count = split(extensions, list, " ")
		for (i = 1; i < count; i += 2)
			of[list[i]] = list[i + 1]
	}
	{
		print ($1 in of ? of[$1] : $1), ($2 in of ? of[$2] : $2)
	}'
}

# The circles of a list of edges, one a line (Tarjan).
circles() {
	awk '
	function visit(node,    list, count, i, next_node, circle, size) {
		order[node] = low[node] = ++clock
		stack[++top] = node
		waiting[node] = 1
		count = split(edges[node], list, " ")
		for (i = 1; i <= count; i++) {
			next_node = list[i]
			if (!(next_node in order)) {
				visit(next_node)
				if (low[next_node] < low[node])
					low[node] = low[next_node]
			} else if (waiting[next_node] &&
			    order[next_node] < low[node]) {
				low[node] = order[next_node]
			}
		}
		if (low[node] != order[node])
			return
		do {
			size++
			circle = stack[top] " " circle
			waiting[stack[top]] = 0
		} while (stack[top--] != node)
		if (size > 1)
			print circle
	}
	$1 != $2 && !seen[$1, $2]++ { edges[$1] = edges[$1] " " $2 }
	END {
		for (node in edges)
			if (!(node in order))
				visit(node)
	}'
}

is_defended() {
	grep '^- circle:' README.md | while read -r line; do
		for module in $1; do
			case $line in
			*"\`$module\`"*) ;;
			*) continue 2 ;;
			esac
		done
		echo yes
	done | grep -q yes
}

if [ -z "$(objects)" ]; then
	name="$name, by includes alone, for no objects were built"
fi
{
	includes
	[ -z "$(objects)" ] || calls
} | merged | circles | while read -r circle; do
	is_defended "$circle" || echo "circle: $circle"
done | verdict "$name"
