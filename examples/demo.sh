#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds in ./build, and runs `yett demo` with the
# arguments given here, --check for example.
set -eu
top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build
packages="gcc make autoconf automake libtool pkg-config libc6-dev
	libgnutls28-dev liblua5.4-dev libmicrohttpd-dev libev-dev
	libjansson-dev libidn2-dev curl ca-certificates"

missing=
for package in $packages; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" \
		2>/dev/null) || state=
	[ "$state" = installed ] || missing="$missing $package"
done
if [ -n "$missing" ]; then
	echo "demo.sh: installing by apt-get:$missing" >&2
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	# shellcheck disable=SC2086 # lists of words
	{
		$as_root apt-get update -qq
		DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y \
			-qq --no-install-recommends $missing
	} >&2
fi

echo "demo.sh: building in $build" >&2
[ -x "$top/configure" ] || (cd "$top" && ./autogen.sh) >&2
mkdir -p "$build"
cd "$build"
[ -f Makefile ] || "$top/configure" -q >&2
make -s -j "$(nproc)" >&2
exec ./yett demo "$@"
