#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a declared decision costs (hello + request, uniformly random sites and
# paths) at 1, 1,000 and 100,000 sites of 10 paths, and with a Lua function.
# Run it in the build folder; not a part of make check, for a busy machine
# would fail it. Bounds: 600 ns at 100,000 sites and 10 times one site, and
# 1,500 ns with a function.
set -eu
yett=${YETT:-./yett}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
wrong=0

# declare_sites SITES FUNCTION: a policy on standard output.
declare_sites() {
	awk -v sites="$1" -v func="$2" 'BEGIN {
		print "listen \"127.0.0.1:0\""
		print "trust \"staff\" { ca = \"ca.pem\" }"
		for (i = 1; i <= sites; i++) {
			printf "site \"s%d.example\" { key = \"k\", " \
				"upstream = \"http://127.0.0.1:1\", " \
				"trust = \"staff\",%s\n", i, func
			for (j = 1; j <= 10; j++)
				printf "  path \"/area-%d/part-%d\" " \
					"{ certificate = \"%s\" },\n", j, j,
					j % 2 ? "require" : "none"
			print "}"
		}
	}'
}

# measure NAME: tells what comes out, and the cost in ns in $cost.
measure() {
	"$yett" bench --time 2000 "$scratch/policy.lua" \
		>"$scratch/out" 2>/dev/null
	cost=$(sed -n 's/^.* rules: \([0-9]*\) ns .*/\1/p' "$scratch/out")
	echo "$1: $(sed -n 1p "$scratch/out" | sed 's/.*rules: //')," \
		"$(sed -n 2p "$scratch/out")"
}

bound() { # NS MOST WHAT
	[ "$1" -le "$2" ] && return
	echo "  too slow: $1 ns, at most $2 ns $3"
	wrong=1
}

echo "load: $(cut -d' ' -f1-3 /proc/loadavg) on $(getconf _NPROCESSORS_ONLN) cores"
for sites in 1 1000 100000; do
	declare_sites $sites "" >"$scratch/policy.lua"
	measure "$sites sites"
	[ $sites -ne 1 ] || one=$cost
done
bound "$cost" 600 "at 100,000 sites"
bound "$cost" $((10 * one)) "or ten times one site"
declare_sites 1 'request = function(req)
	if req.method == "DELETE" then return deny { } end
end,' >"$scratch/policy.lua"
measure "1 site with a function"
bound "$cost" 1500 "with a function"
exit $wrong
