#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build Yett in a folder of its own and run every test. The last line is
# "N passed, N failed, N skipped"; the exit status is 0 only if none failed.
#
# Usage: tests/run.sh [FOLDER [CONFIGURE-ARGUMENT...]]
#
# FOLDER is build-test beside the source unless given. CC chooses the compiler,
# CHECKS a part of the tests: CHECKS="tests/unit/test_base" tests/run.sh
#
# tests/packages.txt lists the Debian packages, one a line; a second word says
# what for: "build" (examples/demo.sh needs only these), "ci" (only .ci/run).
top=$(cd "$(dirname "$0")/.." && pwd) || exit 1
folder=${1:-$top/build-test}
[ $# -gt 0 ] && shift

missing_packages() {
	awk -v ci="${YETT_CI:-}" '!/^#/ && NF && ($2 != "ci" || ci) { print $1 }' \
		"$top/tests/packages.txt" |
		while read -r package; do
			dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
				grep -q 'ok installed' || echo "$package"
		done
}

# Debian's tools are there on every machine this is meant for; elsewhere
# configure tells what is missing.
install_packages() {
	command -v dpkg-query >/dev/null || return 0
	missing=$(missing_packages | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "these packages are missing; as root: apt-get install $missing"
		return 1
	fi
	echo "installing $missing"
	# shellcheck disable=SC2086 # a list of packages
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $missing && return 0
	apt-get update -q && # shellcheck disable=SC2086
		DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
			--no-install-recommends $missing
}

build() {
	if [ ! -x "$top/configure" ] ||
		[ "$top/configure.ac" -nt "$top/configure" ]; then
		"$top/autogen.sh" || return 1
	fi
	mkdir -p "$folder" && cd "$folder" || return 1
	if [ ! -f Makefile ]; then
		"$top/configure" -q "$@" || return 1
	fi
	make -s -j "$(nproc)"
}

fail() {
	echo "$1"
	echo "0 passed, 1 failed, 0 skipped"
	exit 1
}

install_packages || fail "not all packages are installed"
build "$@" || fail "the build failed"
find "$folder" -name '*.trs' -delete
make -s -j "$(nproc)" check ${CHECKS:+TESTS="$CHECKS"} ||
	find "$folder" -name '*.trs' -exec grep -l ':test-result: FAIL\|:test-result: ERROR' {} + |
	sed 's/trs$/log/' | while read -r log; do
		echo "=== $log"
		grep -v '^ok' "$log" | tail -n 60
	done
"$top/tests/lint/report-size.sh"
exec "$top/tests/summary.sh" "$folder"
