#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Small things can be read: lists functions above 80 lines and files above 600,
# the longest first. Only a report; nothing fails on it. A function is what
# stands between "{" and "}" in the first column.
cd "${TOP_SRCDIR:-$(dirname "$0")/../..}" || exit 99
find core lua policies examples tests \
	\( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' \) -type f \
	-exec awk '
	FNR == 1 { if (lines > 600) print lines, "lines:", file
	           file = FILENAME; start = 0 }
	{ lines = FNR }
	/^{/ { start = FNR }
	/^}/ && start {
		if (FNR - start - 1 > 80)
			print FNR - start - 1, "lines: the function at", FILENAME ":" start
		start = 0
	}
	END { if (lines > 600) print lines, "lines:", file }' {} + |
	sort -rn | awk '{ print "size: " $0 }
	END { print "size: " NR + 0 " files above 600 or functions above 80 lines" }'
