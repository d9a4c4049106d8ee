#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett explain: what becomes of a request that is allowed.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

# story NAME ARGUMENT...: standard input is what explain must print.
story() {
	what=$1
	shift
	cat >want
	run explain "$@"
	ok "$what is told so" diff -u want out
}

cat >onward.lua <<'EOF'
listen "127.0.0.1:8443"
gateway { limits = { body = "1KiB" } }
site "portal.example" {
  key = "demo/portal", upstream = "http://127.0.0.1:8082",
  path "/small" { limits = { body = "10B" } },
  path "/any" { limits = { body = 0 } },
  path "/live" { upgrade = "websocket" },
  path "/all" { upgrade = "any" },
  path "/none" { upgrade = "none" },
}
EOF

story "a path with a limit of its own" \
	https://portal.example/small --policy onward.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       onward.lua:3
  2 ask       none                                                              onward.lua:3
  3 client    was not asked for a certificate
  4 request   GET /small -> path "/small"                                       onward.lua:5
  5 need      certificate = "none"                                              onward.lua:5
  6 decision  allow                                                             onward.lua:5
  7 answer    of upstream http://127.0.0.1:8082
              a body of more than 10 bytes is a 413
              decided by: sni, path, host
EOF

story "a body that is too long" --method POST --header "Content-Length: 11" \
	https://portal.example/small --policy onward.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       onward.lua:3
  2 ask       none                                                              onward.lua:3
  3 client    was not asked for a certificate
  4 request   POST /small -> path "/small"                                      onward.lua:5
  5 need      certificate = "none"                                              onward.lua:5
  6 decision  allow                                                             onward.lua:5
  7 answer    413 Content Too Large, "The body is longer than is allowed."
              the connection is closed
              a body of more than 10 bytes is a 413
              decided by: sni, path, host
EOF

# ends_so NAME WORDS ARGUMENT...: what is told of what is allowed.
ends_so() {
	what=$1
	words=$2
	shift 2
	run explain "$@" --policy onward.lua
	ok "$what is told" prints "$words"
}
ends_so "a limit of the gateway" "a body of more than 1024 bytes is a 413" \
	--method POST https://portal.example/
ends_so "a switch of protocols" "the upstream may switch to websocket" \
	--header "Connection: upgrade" --header "Upgrade: h2c, websocket" \
	https://portal.example/live
ends_so "a switch that no rule allows" \
	'Upgrade is not passed on: upgrade = "none" holds here' \
	--header "Connection: upgrade" --header "Upgrade: websocket" \
	https://portal.example/none
ends_so "a switch to another protocol" \
	'Upgrade is not passed on: upgrade = "websocket" holds here' \
	--header "Connection: upgrade" --header "Upgrade: chat" \
	https://portal.example/live
ends_so "a switch to what hides requests" \
	'Upgrade is not passed on: its bytes could hide requests, or it is none' \
	--header "Connection: upgrade" --header "Upgrade: h2c" \
	https://portal.example/all
ends_so "a switch that is half asked for" \
	'Upgrade is not passed on: no "Connection: upgrade" comes with it' \
	--header "Upgrade: websocket" https://portal.example/live
ends_so "a switch of a method that cannot" \
	'Upgrade is not passed on: the method is not GET' --method POST \
	--header "Connection: upgrade" --header "Upgrade: websocket" \
	https://portal.example/live
ends_so "a switch of a request with a body" \
	'Upgrade is not passed on: the request has a body' \
	--header "Content-Length: 1" \
	--header "Connection: upgrade" --header "Upgrade: websocket" \
	https://portal.example/live
ends_so "a login of a connection" \
	"NTLM logs in a connection: the one to the upstream is this client's" \
	--header "Authorization: ntlm TlRM" https://portal.example/
ends_so "OPTIONS that goes no further" "answer    200 OK" --method OPTIONS \
	--header "Max-Forwards: 0" https://portal.example/
run explain https://portal.example/any --policy onward.lua --method POST
ok "no limit, no word" test "$(grep -c 413 out)" = 0
run explain https://portal.example/small --policy onward.lua --format json \
	--header "Connection: upgrade" --header "Upgrade: x"
ok "JSON tells a limit" prints '"body_limit":10,"no_upgrade":"upgrade ='
run explain https://portal.example/live --policy onward.lua --format json \
	--header "Connection: upgrade" --header "Upgrade: websocket"
ok "JSON tells a protocol" prints '"upgrade":"websocket"}'
run explain https://portal.example/live --policy onward.lua --format json \
	--header "Authorization: Negotiate YII="
ok "JSON tells a login" prints '"login":"Negotiate"}'
run explain https://portal.example/live --policy onward.lua --format json \
	--header "Authorization: Basic YTpi"
ok "a login of a request is none" test "$(grep -c '"login"' out)" = 0

plan
