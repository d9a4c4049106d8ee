#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett init: what it writes is right, tested and known to editors, and nothing
# is ever overwritten. yett bench on it.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

run init new
ok "a folder is made" ends 0
ok "what comes next is told" prints "yett ca demo"
for file in policy.lua policy_test.lua .luarc.json .luacheckrc \
	.yett/definitions.lua; do
	ok "there is $file" test -s "new/$file"
done
run ca new/demo
run check new/policy.lua
ok "the policy is right" ends 0
run test new
ok "its tests pass" ends 0
if command -v luacheck >/dev/null; then
	(cd new && luacheck --no-color --no-cache -q .) >out 2>err
	status=$?
	ok "luacheck accepts them" ends 0
else
	echo "# no luacheck: its configuration is not tried"
fi
if command -v python3 >/dev/null; then
	python3 -m json.tool new/.luarc.json >out 2>err
	status=$?
	ok "the settings are JSON" ends 0
else
	echo "# no python3: the settings are not read"
fi

echo "mine" >new/policy.lua
run init new
ok "a second time is refused" ends 3
ok "with the file that is there" complains "new/policy.lua is there already"
ok "which stays" grep -qx mine new/policy.lua

mkdir other
echo "mine" >other/.luacheckrc
run init other
ok "one file is enough" ends 3
ok "nothing was written" test ! -e other/policy.lua
ln -s nowhere other/.luarc.json
rm other/.luacheckrc
run init other
ok "so is a dangling link" ends 3
run init new/policy.lua
ok "a file is no folder" ends 3

run init again
run bench --time 20 again/policy.lua
ok "the policy can be measured" ends 0
ok "by the second" prints "per second and core"
ok "with what there is counted" grep -qE '^1 site, [0-9]+ rules: ' \
	"$scratch/out"
ok "by percentiles" prints "p50 "
ok "by rule" prints 'site "portal.example" path "/admin"'
run bench --time 20 "$TOP_SRCDIR/policies/machines.lua"
ok "by function" prints 'client_hello of site "telemetry.example" ('
ok "each with percentiles" grep -qE '^ *[0-9]+ ns +[0-9]+ ns  request of site' \
	"$scratch/out"
run bench --time x again/policy.lua
ok "a time is a number" ends 2
run bench nowhere.lua
ok "no policy, no measure" ends 3
plan
