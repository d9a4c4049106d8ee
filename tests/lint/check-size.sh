#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Small things can be read: no function above 80 lines, no file above 600.
# A function is what stands between "{" and "}" in the first column.
cd "${TOP_SRCDIR:-.}" || exit 99
find core lua policies examples tests \
	\( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' \) -type f |
	LC_ALL=C sort |
	while read -r file; do
		awk -v file="$file" '
		/^{/ { start = FNR }
		/^}/ && start {
			if (FNR - start - 1 > 80)
				bad = bad sprintf(", function at line %d has %d lines",
				    start, FNR - start - 1)
			start = 0
		}
		END {
			if (FNR > 600)
				bad = bad ", the file has " FNR " lines"
			print (bad ? "not ok" : "ok") " - " file bad
		}' "$file"
	done | awk '{ sub(/ok - /, "ok " NR " - "); print } END { print "1.." NR }'
