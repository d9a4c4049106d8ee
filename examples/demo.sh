#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Install what is missing, build in ./build, and run `yett demo` with the
# arguments given here: examples/demo.sh --check
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build

# What building needs, and curl, which the demo is tried with.
missing_packages() {
	{ awk '$2 == "build" { print $1 }' "$top/tests/packages.txt"; echo curl; } |
		while read -r package; do
			dpkg-query -W -f '${Status}' "$package" 2>/dev/null |
				grep -q 'ok installed' || echo "$package"
		done
}

install_packages() {
	command -v dpkg-query >/dev/null || return 0
	missing=$(missing_packages | tr '\n' ' ')
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" -ne 0 ]; then
		echo "demo.sh: missing; as root: apt-get install $missing"
		return 1
	fi
	echo "demo.sh: installing by apt-get: $missing"
	apt-get update -q
	# shellcheck disable=SC2086 # a list of packages
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $missing
}

build() {
	echo "demo.sh: building in $build"
	[ -x "$top/configure" ] || "$top/autogen.sh"
	mkdir -p "$build"
	cd "$build"
	[ -f Makefile ] || "$top/configure" -q
	make -s -j "$(nproc)"
}

# Standard output belongs to the demo.
install_packages >&2
build >&2
exec "$build/yett" demo "$@"
