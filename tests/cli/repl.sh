#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett repl: what each line is answered, through a pipe.
. "$TOP_SRCDIR/tests/cli/tap.sh"
policy=$TOP_SRCDIR/examples/minimal/first.lua

# answers LINE TEXT: the answer to the line has the text.
answers() {
	status=0
	printf '%s\n' "$1" | timeout -k 5 60 "$yett" repl "$policy" \
		>"$scratch/out" 2>"$scratch/err" || status=$?
	ends 0 && prints "$2"
}

ok "a hello" answers "hello portal.example" \
	'handshake asks, and goes on without a certificate: path "/admin"'
ok "of a name that no site has" answers "hello other.example" \
	"handshake is refused"
ok "a public path" answers "GET https://portal.example/" 'allowed by path "/"'
ok "without a certificate" answers "GET https://portal.example/admin" \
	'403 not_sent'
ok "with the author's reason" answers "GET https://portal.example/admin" \
	"staff only"
ok "with a good one" answers "GET https://portal.example/admin with staff" \
	'allowed by path "/admin"'
ok "with one of others" answers \
	"POST https://portal.example/admin?x with others" "403 untrusted"
ok "no path is the root" answers "GET https://portal.example:8443" \
	'allowed by path "/"'
ok "no https" answers "GET http://portal.example/" "error: a URL begins"
ok "no server name" answers "hello a..b" "error: "
ok "anything else is Lua, and malformed" answers "get it" \
	"error: line:1: syntax error near 'it'"
ok "too many words" answers "GET https://portal.example/ with staff now" \
	"error: write"

# --- expressions

after() { # QUESTION EXPRESSION TEXT: what the expression is after the question
	answers "$1
$2" "$3"
}
page="GET https://portal.example/admin/x?a=1 with staff"
ok "a fact of the hello" after "hello portal.example" "hello.sni" \
	'"portal.example"'
ok "which has no request yet" after "hello portal.example" "req" \
	"error: 'req' is not defined"
ok "nor a path" after "hello portal.example" "hello.path" \
	"error: a client hello has no field 'path'"
ok "a fact of the request" after "$page" "req.path" '"/admin/x"'
ok "a method of it" after "$page" 'req.path:under "/admin"' "true"
ok "a certificate that verified" after "$page" "req.certificate ~= nil" "true"
ok "one that was not shown" after "GET https://portal.example/admin" \
	"req.certificate" "nil"
ok "a verdict" after "$page" 'deny { status = 404, why = "no" }' \
	'deny { status = 404, why = "no" }'
ok "a verdict with a trust" answers 'ask.require { trust = "staff" }' \
	'ask.require { trust = { "staff" } }'
ok "a verdict that is malformed" answers 'deny { status = 200 }' \
	"error: status of deny must be"
ok "a matcher" after "$page" 'cidr { "127.0.0.0/8" }:contains(req.client_ip)' \
	"true"
ok "a table" answers '{ 1, "two", x = {} }' '{ 1, "two", x = a table }'
ok "statements" answers 'local a = 3 return a * 2' "6"
for word in gateway listen trust site path exact data use; do
	ok "$word declares nothing now" answers "$word \"a\"" \
		"$word stands outside of functions"
done
ok "an assignment that nobody would see again" answers 'a = 1' \
	"global 'a' cannot be assigned"
ok "nothing outside the sandbox" answers 'io.open "x"' \
	"error: 'io' is not defined"
ok "nor bytecode" answers "$(printf '\033Lua')" "error: "
ok "a loop ends" answers 'while true do end' \
	"error: the call used its budget of 100000 instructions"
ok "memory does" answers 'string.rep("x", 1e9)' "error: "
ok "controls reach no terminal" answers '"\27[2J"' '"\x1b[2J"'

# --- a decision from the record

line() { # ID MEMBERS
	printf '{"kind":"request","format":2,'
	printf '"time":"2026-11-23T12:00:00.000000Z","connection":"1",'
	printf '"generation":1,"id":"%s","sni":"portal.example",' "$1"
	printf '"alpn":[],"version":"1.3","client_ip":"192.0.2.7",'
	printf '"client_port":9,"asked":"request","trusts":["staff"],'
	printf '"sent":false,%s"host":"portal.example","path":"/admin/y",' "$2"
	printf '"query":false,"outcome":"refused","status":403,'
	printf '"reason":"not_sent","read":["sni"]}\n'
}
{
	line 1-1 '"method":"PUT",'
	line 1-2 ''
} >"$scratch/log"
recorded() { # ID EXPRESSION TEXT
	status=0
	printf 'decision %s\n%s\n' "$1" "$2" |
		timeout -k 5 60 "$yett" repl "$policy" --log "$scratch/log" \
			>"$scratch/out" 2>"$scratch/err" || status=$?
	ends 0 && prints "$3"
}
ok "its story" recorded 1-1 "" "the same: 403 not_sent"
ok "its facts" recorded 1-1 "req.method .. req.path" '"PUT/admin/y"'
ok "what was masked" recorded 1-2 "req.method" \
	"error: the record has no method"
ok "what was not recorded" recorded 1-1 'req.headers["x-a"]' \
	'error: the record has no header "x-a"'
ok "no such decision" recorded 9-9 "" "error: there is no decision"
ok "no record" answers "decision 1-1" "error: the policy names no record"

ok "blank lines and comments" answers "

# GET https://portal.example/
hello portal.example" "handshake asks"
ok "a comment has no answer" test "$(wc -l <"$scratch/out")" -eq 1
run repl nowhere.lua </dev/null
ok "no policy, no answers" ends 3
plan
