#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett impact: a record is decided again; same, changed, or cannot be told.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" same.lua

# request PATH STATUS REASON MEMBERS: a line of the record.
request() {
	outcome=refused
	[ "$2" != 0 ] || outcome=allowed
	printf '{"kind":"request","time":"2026-11-23T12:00:00.000000Z",'
	printf '"connection":"1","generation":1,"id":"1",'
	printf '"sni":"portal.example","alpn":[],"version":"1.3",'
	printf '"client_ip":"10.4.7.%s","client_port":999,' "${5-1}"
	printf '"asked":"request","trusts":["staff"],%s,' \
		"${4-\"sent\":false}"
	printf '"method":"GET","host":"portal.example","path":"%s",' "$1"
	printf '"query":false,"outcome":"%s","status":%s,' "$outcome" "$2"
	printf '"reason":"%s","later":{"version":[1,"x"]},"read":["sni"]}\n' "$3"
}
{
	request / 0 "" 
	request /reports 0 "" '"sent":false' 1
	request /reports 0 "" '"sent":false' 2
	request /admin 403 not_sent
	request /admin 0 "" '"sent":true,"verified":{"staff":"verified"}'
} >log

run impact same.lua --log log
ok "the policy of the record changes nothing" ends 0
ok "all is told exactly" prints "Replayed 5 decisions (5 exactly; 0 cannot"

sed 's,path "/admin",path "/reports" { certificate = "require" }\, &,' \
	same.lua >stricter.lua
run impact stricter.lua --log log
ok "changes have a status of their own" ends 3
ok "they are grouped, with clients and the rule" grep -qE \
	'^  allowed -> 403 not_sent +2 +2 .*path.*stricter.lua:14' out
ok "a rule has its site" prints 'site "portal.example", path "/reports" (stricter.lua:14)'
ok "networks are named" prints "most affected: 10.4.7.0/24 (2)"
ok "how to accept them is told" complains "--max-refused 2"
run impact stricter.lua --log log --max-refused 2
ok "as many refusals can be accepted" ends 0
run impact stricter.lua --log log --max-refused 1
ok "but not more" ends 3
run impact stricter.lua --log log --format json
ok "programs get JSON" prints '"before":"allowed","after":"403 not_sent"'
run impact stricter.lua --log log --since 1s
ok "old decisions can be left out" ends 0
ok "and are" prints "Replayed 0 decisions"

device='if req.headers["x-device"] == "7" then return deny { } end'
sed "s,path \"/\" ,request = function(req) $device end\, &," \
	same.lua >reads.lua
run impact reads.lua --log log
ok "what was not recorded cannot be told" prints \
	'cannot be told: header "x-device"'
ok "and is no change" ends 0

# tried NAME FIELDS: same.lua with a rule for /reports that is only tried out.
tried() {
	sed "s|path \"/admin\"|path \"/reports\" { certificate = \"require\", $2 }, &|" \
		same.lua >"$1.lua"
	run impact "$1.lua" --log log
}
tried shadow 'shadow = before "2026-11-23T12:00:01Z"'
ok "a rule in shadow changes nothing while it is" ends 0
ok "and all of that is told" prints "Replayed 5 decisions (5 exactly; 0 cannot"
tried shadow-over 'shadow = before "2026-11-23T12:00:00Z"'
ok "when it ends, the moment of the record counts" grep -qE \
	'^  allowed -> 403 not_sent +2 +2 ' out
tried all 'share = percent(100, "client_ip")'
ok "a share of all is a rule" grep -qE '^  allowed -> 403 not_sent +2 +2 ' out
tried nobody 'share = percent(0, "client_ip")'
ok "a share of nobody changes nothing" ends 0
sed 's/"client_ip":"[^"]*","client_port":999,//' log >masked
tried half 'share = percent(50, "client_ip")'
run impact half.lua --log masked
ok "who is in a share is not told without the address" prints \
	'cannot be told: client_ip'
ok "and is no change" ends 0
sed 's|certificate = "require"|handshake = "never"|; s|path "/admin" {.*|path "/admin" { certificate = "require", late = { learn = "2m" } },|' \
	same.lua | sed 's|  trust    = "staff",|&  handshake = "never",|' >learns.lua
run impact learns.lua --log log
ok "what a client had learned was not recorded" prints "cannot be told: learned"
sed 's|path "/admin" {|& preflight = "allow",|' same.lua >preflight.lua
run impact preflight.lua --log log
ok "a method that is not OPTIONS is no preflight" ends 0
request /admin 403 not_sent | sed 's/"GET"/"OPTIONS"/' >options
run impact preflight.lua --log options
ok "whether OPTIONS was one cannot be told" prints "cannot be told: preflight"
sed 's/"query":false/&,"preflight":true/' options >known
run impact preflight.lua --log known
ok "unless it was recorded" prints "403 not_sent -> allowed"

request /admin 0 "" '"sent":false' |
	sed 's/"asked":"request","trusts":\["staff"\]/"asked":"none","trusts":[]/' >open
{ printf '{"kind":"hello","time":"2026-11-23T12:00:00.000000Z",'
	printf '"connection":"1","generation":1,"sni":"portal.example",'
	printf '"alpn":[],"version":"1.3","client_ip":"::1","client_port":1,'
	printf '"outcome":"go","asked":"none","trusts":[],"read":["sni"]}\n'
} >>open
run impact same.lua --log open
ok "a certificate that was not asked for cannot be known" prints \
	'certificate "not asked for then"'
ok "who is newly asked is told" prints "1 connection newly asked"
ok "and what is late on an open connection" prints \
	"1 decision late on a connection that is open"

echo nonsense >>log
echo '{"kind":"lost","lines":7}' >>log
run impact same.lua --log log
ok "other lines are counted" prints "1 line of something else than a record"
ok "and so is what was lost" prints "7 decisions lost instead"
{
	echo '{"kind":"request"}'
	echo '{"kind":"hello","time":"2026-11-23T12:00:00.000000Z"}'
	# A line of more than a MiB, which ends like one of ours.
	head -c 2097152 /dev/zero | tr '\0' x
	request / 0 ""
	printf '\0\n[]\n'
	request / 0 "" | head -c 200 # the last line is cut short
} >torn
run impact same.lua --log torn
ok "no line that is torn passes for a decision" prints "Replayed 0 decisions"
ok "and each is counted" prints "6 lines of something else than a record"
ok "a file without any decision is the wrong one" ends 1
ok "and that is told" complains "no line is one of a record"
: >empty
run impact same.lua --log empty
ok "an empty one may be the right one" ends 0
cat log >>torn
run impact same.lua --log torn --since 1s
ok "and so may one whose decisions are older" ends 0
mv log log.1
run impact same.lua --log log
ok "between two files there is only what was rotated" prints \
	"Replayed 5 decisions"
cp log.1 log
run impact same.lua --log log
ok "rotated files are read as well" prints "Replayed 10 decisions"

# --- whom a trust believes

printf '{"kind":"request","format":3,"more":{}}\n' >>log
run impact same.lua --log log
ok "lines of a later version are counted" prints \
	"1 line of a later version"
ok "without their files trusts have names only" prints \
	"trusts are told apart by their names"
# dated FORMAT ID: the line of a certificate, and which trust it was.
dated() {
	request /admin 0 "" "\"trust_ids\":{\"staff\":\"$2\"},\"sent\":true,\"verified\":{\"staff\":\"verified\"}" |
		sed "s/\"request\",/&\"format\":$1,/"
}
run ca demo
request /admin 0 "" '"sent":true,"verified":{"staff":"verified"}' >old
run impact same.lua --log old
ok "a line of format 1 does not tell whom a trust believed" prints \
	'cannot be told: authorities of trust "staff"'
request /admin 403 not_sent >old
run impact same.lua --log old
ok "which matters only where a certificate was shown" prints "1 exactly"
dated 2 0123456789abcdef >other
run impact same.lua --log other
ok "other authorities behind one name are seen" prints \
	'cannot be told: certificate "not asked for then"'
ok "and are not the same" prints "(0 exactly; 1 cannot"

run impact same.lua
ok "without a record there is nothing to do" ends 2
run impact same.lua --log missing
ok "a missing file is wrong" ends 1
run impact same.lua --log log --since yesterday
ok "a time has a unit" ends 2
plan
