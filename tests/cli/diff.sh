#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett diff: equal is proven, a difference comes with an example.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" old.lua

run diff old.lua old.lua
ok "a policy is equal to itself" ends 0
ok "and is said to be proven so" prints "1 proven equal, 0 different"

sed 's,path "/admin",path "/reports",' old.lua >new.lua
run diff old.lua new.lua
ok "a moved rule changes decisions" ends 3
ok "the rule that is gone is shown" prints \
	'- path "/admin"  require "staff"'
ok "and the one that came, with its line" prints \
	'+ path "/reports"  require "staff"  (new.lua:14)'
ok "an example shows the difference" prints "for example /"
run diff old.lua new.lua --format=json
ok "programs get JSON" prints '"answer":"different"'

sed 's,path "/",request = function(req) end\, path "/",' old.lua >function.lua
run diff old.lua function.lua
ok "a function is not guessed at" prints "unknown: it has functions"
ok "and is not equal" ends 3

run diff old.lua
ok "one policy is not enough" ends 2
run diff old.lua missing.lua
ok "a missing policy is wrong" ends 1
plan
