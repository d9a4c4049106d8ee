#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Measure yett impact: a million recorded decisions, on one core. Fails when
# they take more than ten seconds of it.
#
# Usage: tests/bench/impact.sh [BUILD-FOLDER] [DECISIONS]
set -eu
most=10
wrong=0
TIMEFORMAT=%U
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$top/build-bench}
decisions=${2:-1000000}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk -v n="$decisions" 'BEGIN {
	for (i = 0; i < n; i++) {
		path = i % 3 == 0 ? "/admin/users/" i : "/reports/" i % 1000
		outcome = i % 3 == 0 ? "refused" : "allowed"
		printf "{\"kind\":\"request\"," \
		    "\"time\":\"2026-11-23T12:%02d:%02d.000000Z\"," \
		    "\"connection\":\"%016x\",\"generation\":1," \
		    "\"id\":\"%016x\",\"sni\":\"portal.example\"," \
		    "\"alpn\":[\"h2\",\"http/1.1\"],\"version\":\"1.3\"," \
		    "\"client_ip\":\"10.%d.%d.%d\",\"client_port\":4711," \
		    "\"asked\":\"request\",\"asked_generation\":1," \
		    "\"trusts\":[\"staff\"],\"sent\":false," \
		    "\"method\":\"GET\",\"host\":\"portal.example\"," \
		    "\"path\":\"%s\",\"query\":false," \
		    "\"outcome\":\"%s\",\"status\":%d,\"reason\":\"%s\"," \
		    "\"site\":\"portal.example\"," \
		    "\"rule\":\"path \\\"/\\\"\",\"file\":\"first.lua\"," \
		    "\"line\":13,\"read\":[\"sni\",\"path\",\"host\"]}\n", \
		    i / 60 % 60, i % 60, i / 4, i, i % 4, i / 7 % 256, \
		    i % 256, path, outcome, i % 3 ? 0 : 403, \
		    i % 3 ? "" : "not_sent"
	}
}' >"$scratch/log"
cp "$top/examples/minimal/first.lua" "$scratch/same.lua"
sed 's,path "/admin",path "/reports" { certificate = "require" }\, &,' \
	"$scratch/same.lua" >"$scratch/stricter.lua"
ls -l "$scratch/log"
for policy in same stricter; do
	time=$({ time "$folder/yett" impact "$scratch/$policy.lua" \
		--log "$scratch/log" >"$scratch/out" 2>/dev/null ||
		[ $? -eq 3 ]; } 2>&1)
	cat "$scratch/out"
	echo "$policy: $time s of processor"
	grep -q "^Replayed $decisions decisions ($decisions exactly" \
		"$scratch/out" || wrong=1
	[ "${time%.*}" -lt "$most" ] || wrong=1
done
exit $wrong
