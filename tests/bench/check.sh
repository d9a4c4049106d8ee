#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `yett check` costs for 100,000 sites of 10 paths: once made by a loop,
# once written out, 50 MB of text. Prints processor seconds and memory, which a
# busy machine makes worse, so it prints how busy it was, too. Fails when one
# takes more than ten seconds of a core.
#
# Usage: tests/bench/check.sh [FOLDER]   FOLDER: where yett was built, or .
# BENCH_SITES=100000 is how many sites.
set -eu
yett=$(cd "${1:-.}" && pwd)/yett
sites=${BENCH_SITES:-100000}
most=10
wrong=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
"$yett" ca demo >ca.out

cat >loop.lua <<END
listen "127.0.0.1:8443"
trust "staff" { ca = "demo/staff-ca.pem" }
for i = 1, $sites do
  site("s" .. i .. ".example") {
    key = "demo/portal", upstream = "http://127.0.0.1:8080", trust = "staff",
    path "/" { certificate = "none" },
    path "/p1" { certificate = "require" },
    path "/p2" { certificate = "none" },
    path "/p3" { certificate = "require", why = "staff only" },
    path "/p4" { certificate = "none" },
    path "/p5" { certificate = "request" },
    exact "/p6" { certificate = "none" },
    path "/p7" { certificate = "require" },
    glob "/p8/*/keys" { certificate = "require" },
    path "/p9" { certificate = "none" },
  }
end
END
awk -v sites="$sites" 'BEGIN {
	print "listen \"127.0.0.1:8443\""
	print "trust \"staff\" { ca = \"demo/staff-ca.pem\" }"
	for (i = 1; i <= sites; i++) {
		printf "site \"s%d.example\" {\n", i
		print "  key = \"demo/portal\", trust = \"staff\","
		print "  upstream = \"http://127.0.0.1:8080\","
		print "  path \"/\" { certificate = \"none\" },"
		for (k = 1; k <= 9; k++)
			printf "  path \"/p%d\" { certificate = \"%s\" },\n", k,
			    k % 3 == 0 ? "require" : "none"
		print "}"
	}
}' >flat.lua

for policy in loop flat; do
	/usr/bin/time -f "$policy: %U s user, %S s system, %M KB" \
		"$yett" check --format=short "$policy.lua" 2>told >table
	tail -n 1 told
	head -n 1 table
	tail -n 1 told | awk -v most="$most" '{ exit $2 + $5 >= most }' ||
		wrong=1
done
echo "load average: $(cut -d ' ' -f 1-3 /proc/loadavg)"
exit $wrong
