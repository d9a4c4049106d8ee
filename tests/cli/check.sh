#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett check: what a right policy prints, and how a wrong one is refused.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" .

run ca demo
ok "ca makes certificates" ends 0

run check first.lua
ok "a right policy is fine" ends 0
ok "what it has is counted" prints \
	"first.lua: ok (1 site, 2 paths, 1 trust, 0 functions"
ok "the handshake's question is derived" \
	grep -qE '^ *portal\.example +request +' out
ok "the path behind it is named" prints 'path "/admin" (first.lua:'

# wrong NAME SED-SCRIPT WORDS: first.lua with this change is refused so.
wrong() {
	sed "$2" first.lua >wrong.lua
	run check wrong.lua
	ok "$1 is wrong" ends 1
	ok "$1 is told" complains "$3"
	ok "$1 prints no table" is_silent
}

wrong "an unknown field" 's/certificate = "require"/certifcate = "require"/' \
	"wrong.lua:14:19: error: unknown field 'certifcate'"
ok "a caret shows the place" grep -qE '\|  +\^~+$' err
ok "the right word is suggested" complains "did you mean 'certificate'?"
wrong "an unknown mode" 's/"require"/"required"/' \
	'certificate = "required" is not a mode'
wrong "an unknown trust" 's/trust    = "staff"/trust    = "staf"/' \
	'no trust named "staf"'
wrong "a missing comma" 's/8080",/8080"/' "missing ','"
wrong "a key of another certificate" \
	's,key      = "demo/portal",key = { cert = "demo/portal.pem"\, key = "demo/late.key" },' \
	"late.key"

sed 's,http://127.0.0.1:8080,app:pages,' first.lua >embedded.lua
run check embedded.lua
ok "the applications of an embedder are taken as given" ends 0
run run embedded.lua
ok "but yett run has none" ends 1

{ echo 'gateway { log = { access = "no/such/folder/a.log" } }'; cat first.lua; } \
	>log.lua
run check log.lua
ok "an access log that cannot be written is found" ends 3
ok "and is told by name" complains "no/such/folder/a.log"

run check missing.lua
ok "a missing file is an error of the system" ends 3
ok "and is told by name" complains "missing.lua"
rm demo/portal.key
run check first.lua
ok "a missing key is an error" test "$status" -ne 0
ok "and is told by name" complains "portal.key"
ok "with its code" complains "[E501]"
ok "and prints no table" is_silent

run ca again
ok "certificates for new checks" ends 0
sed 's,demo/,again/,' first.lua >forms.lua
run check --format=short forms.lua
ok "the short form is one line each" grep -qE \
	'^forms\.lua:14:33: warning: asking at the handshake .* \[W202\]$' err
ok "a trust without revocation lists is a remark" \
	complains "forms.lua:5:7: note: trust"
run check --format=json forms.lua
ok "a warning is no failure" ends 0
ok "the JSON form goes to standard output" prints '"code":"W202"'
ok "and nothing else does" test "$(head -c 1 out)" = "["
ok "nor to standard error" test ! -s err
run check --format=xml forms.lua
ok "an unknown form is wrong usage" ends 2
run check --strict forms.lua
ok "--strict makes a warning fail" ends 1
sed 's,path "/" .*,,; s,path "/admin",path "/",' forms.lua >strict.lua
run check --strict strict.lua
ok "--strict lets remarks pass" ends 0

sed 's,127.0.0.1:8443,192.0.2.1:8443,' forms.lua >elsewhere.lua
run check elsewhere.lua
ok "listeners are not opened" ends 0
run check --bind elsewhere.lua
ok "but with --bind" ends 3
ok "whose failure is told like all" complains "[E503]"
sed 's,http://127.0.0.1:8080,http://no-such-host.invalid:1,' forms.lua >nowhere.lua
run check nowhere.lua
ok "an upstream without an address is an error" complains "[E502]"
plan
