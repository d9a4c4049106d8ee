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
ok "anything else" answers "get it" "error: write"
ok "too many words" answers "GET https://portal.example/ with staff now" \
	"error: write"
ok "blank lines and comments" answers "

# GET https://portal.example/
hello portal.example" "handshake asks"
ok "a comment has no answer" test "$(wc -l <"$scratch/out")" -eq 1
run repl nowhere.lua </dev/null
ok "no policy, no answers" ends 3
plan
