#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure Yett against nginx and HAProxy: processor time per operation, on the
# same work, in one run. Installs the peers from Debian if they are missing.
#
# Usage: tests/bench/run.sh [FOLDER]     FOLDER: build-bench beside the source
# BENCH_ROUNDS=5 and BENCH_SCALE=1 make it longer; it takes about three minutes.
# BENCH_ONLY="late" runs only the rows of that name.
set -eu
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$top/build-bench}

missing=
for package in nginx-light:nginx haproxy:haproxy util-linux:taskset; do
	PATH=$PATH:/usr/sbin command -v "${package#*:}" >/dev/null ||
		missing="$missing ${package%:*}"
done
if [ -n "$missing" ]; then
	[ "$(id -u)" -eq 0 ] || {
		echo "as root: apt-get install$missing"
		exit 1
	}
	echo "installing$missing"
	apt-get update -q
	# shellcheck disable=SC2086 # a list of packages
	DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends $missing
fi
if [ "$(nproc)" -lt 2 ]; then
	echo "two cores are needed: one for the server, one for the load"
	exit 1
fi

# Builds with optimization, and without the tests being run.
CHECKS=tests/lint/check-layers.sh "$top/tests/run.sh" "$folder" \
	>"$folder.log" 2>&1 || {
	tail -n 40 "$folder.log"
	exit 1
}
make -s -C "$folder" tests/bench/load
TOP_SRCDIR=$top TOP_BUILDDIR=$folder RIG_TIME_LIMIT=1800 LC_ALL=C \
	"$folder/tests/rig/rig" "$top/tests/bench/bench.lua"
