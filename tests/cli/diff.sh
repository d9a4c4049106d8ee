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
ok "an example shows the difference" prints \
	'asked for "staff", no certificate: '
run diff old.lua new.lua --format=json
ok "programs get JSON" prints '"answer":"different"'

late() { # FIELDS: old.lua, whose need is late
	sed "s,path \"/admin\" *{,& late = { $1 }\\, ," old.lua |
		sed 's,  trust    = "staff"\,,&  handshake = "never"\,,'
}
late 'learn = "5m"' >old-late.lua
late 'learn = "6m"' >new-late.lua
run diff old-late.lua new-late.lua
ok "what is learned is told" prints \
	"421 late, learned for 300 s -> 421 late, learned for 360 s"
late 'redirect = "https://a.example/"' >old-late.lua
late 'redirect = "https://b.example/"' >new-late.lua
run diff old-late.lua new-late.lua
ok "and so is where people are sent" prints \
	"307 late to https://a.example/ -> 307 late to https://b.example/"

sed 's,path "/",request = function(req) end\, path "/",' old.lua >function.lua
run diff old.lua function.lua
ok "a function is not guessed at" prints "unknown: it has functions"
ok "and is not equal" ends 3

cat >less.lua <<'EOF'
gateway { timeouts = { answer = "5s" } }
listen "127.0.0.1:8443"
trust "staff" { ca = "demo/staff-ca.pem" }
site "portal.example" {
  key = "demo/portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/" {}, path "/admin" { certificate = "require" },
}
EOF
cat >more.lua <<'EOF'
gateway { timeouts = { answer = "6s" }, tickets = { rotate = "7h" } }
listen "127.0.0.1:8444"
trust "staff" { ca = "demo/staff-ca.pem" }
site "portal.example" {
  key = "demo/other", tls_priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3",
  upstream = "http://127.0.0.1:9090", trust = "staff",
  path "/" {},
  path "/admin" {
    certificate = "require", upgrade = "none", forward = { client_cert = "xfcc" },
    limits = { body = "1MiB" }, timeouts = { answer = "9s" }, why = "staff",
    late = { title = "Not now" },
  },
}
EOF
run diff less.lua more.lua
ok "what decides nothing makes no difference" ends 0
ok "but what differs of a site is named" prints \
	'  besides: upstream, key, tls_priority'
ok "and of a rule, but not twice" prints \
	'  besides, path "/admin": forward, upgrade, limits, timeouts, late, why'
ok "and of the gateway" prints '  besides: listen, timeouts, tickets'
ok "and it is said what is equal" prints "Equal is what they decide"
run diff old.lua old.lua
ok "which needs no words where all is" lacks "besides"
run diff less.lua more.lua --format=json
ok "programs get it, too" prints '"besides":["upstream","key","tls_priority"'

run diff old.lua
ok "one policy is not enough" ends 2
run diff old.lua missing.lua
ok "a missing policy is wrong" ends 1
if [ -c /dev/full ]; then
	status=0
	"$yett" diff old.lua old.lua >/dev/full 2>err || status=$?
	ok "a full disk is no difference" ends 1
fi
plan
