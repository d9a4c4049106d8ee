#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each line of layers.txt names a folder of core/ (or a file right in it) and
# what it may include. Anything else that is one of ours or a fenced outside
# header is an error, and so is a folder that layers.txt does not name.
top=${TOP_SRCDIR:-.}
layers=$(cd "$top" && pwd)/tests/lint/layers.txt
. "$top/tests/lint/tap.sh"
cd "$top/core" || exit 99
fenced='^(lua|lauxlib|lualib|lua5.4)(\.h|/)|^(microhttpd|ev|expat|jansson|idn2|yett_tools)\.h$'

# The headers that $1 includes and that a folder with $2 may not.
strays() {
	sed -n 's/^#[[:blank:]]*include[[:blank:]]*["<]\([^">]*\)[">].*/\1/p' "$1" |
	while read -r header; do
		case $header in
		config.h | yett.h | yett_mhd.h) continue ;;
		gnutls/*) unit=gnutls/ ;;
		*/*)
			unit=${header%%/*}
			[ -d "$unit" ] || {
				echo "$header" | grep -Eq "$fenced" || continue
				unit=$header
			}
			;;
		*)
			echo "$header" | grep -Eq "$fenced" || continue
			unit=$header
			;;
		esac
		case $2 in
		*" $unit "*) ;;
		*) printf ' %s' "$header" ;;
		esac
	done
}

for file in *.[ch] */*.[ch]; do
	[ -f "$file" ] || continue
	folder=${file%%/*}
	case $folder in
	*.h) folder=base ;; # the public headers stand on nothing of ours
	esac
	if ! grep -q "^$folder:" "$layers"; then
		echo "$file: layers.txt does not name $folder"
		continue
	fi
	allowed=" $folder $(sed -n "s/^$folder: *//p" "$layers") "
	stray=$(strays "$file" "$allowed")
	[ -z "$stray" ] || echo "$file must not include$stray"
done | verdict "each folder includes what layers.txt allows"
