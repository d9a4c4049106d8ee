#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett demo: the lines it prints work, --check tells, nothing stays behind.
. "$TOP_SRCDIR/tests/cli/tap.sh"
if ! command -v curl >/dev/null; then
	echo "1..0 # SKIP curl is not installed"
	exit 0
fi
TMPDIR=$scratch/tmp
export TMPDIR
mkdir "$TMPDIR"
# A proxy that is configured must not be asked for a name of the demo.
http_proxy=http://127.0.0.1:9 https_proxy=$http_proxy ALL_PROXY=$http_proxy
export http_proxy https_proxy ALL_PROXY

leaves_nothing() {
	[ -z "$(ls -A "$TMPDIR")" ]
}

has_all_files() {
	[ "$(cd "$scratch/kept" && echo *)" = \
		"ada.key ada.pem ca.pem late.key late.pem policy.lua portal.key portal.pem staff-ca.pem" ]
}

only_the_owner_reads_keys() {
	[ -z "$(find "$scratch/kept" -name '*.key' -perm /077)" ]
}

run demo --check
ok "--check succeeds" ends 0
ok "--check tells its plan" prints "1..4"
for number in 1 2 3 4; do
	ok "line $number gets its answer" prints "ok $number - "
done
ok "no line fails" sh -c "! grep -q 'not ok' '$scratch/out'"
ok "--check leaves nothing behind" leaves_nothing

run demo --check --dir "$scratch/kept"
ok "--check in a directory succeeds" ends 0
ok "the directory has everything" has_all_files
ok "keys are for their owner alone" only_the_owner_reads_keys
cp -r "$scratch/kept" "$scratch/before"
run demo --check --dir "$scratch/kept"
ok "a second run overwrites nothing" ends 2
ok "and says so" complains "nothing is overwritten"
ok "and changed nothing" diff -r "$scratch/kept" "$scratch/before"
run demo --check --dir "$scratch/missing/kept"
ok "a directory that cannot be made is an error" ends 3
ok "and is told" complains "cannot make the directory"

# Hold a port and learn its number when the holder says it.
mkfifo "$scratch/holder"
openssl s_server -accept 127.0.0.1:0 -nocert >"$scratch/holder" 2>&1 &
child=$!
port=$(timeout 20 sed -n '/^ACCEPT/{s/.*://p;q}' "$scratch/holder")
run demo --check --port "$port"
ok "a port in use is an error" ends 3
ok "and is told with its number" complains "$port"
run demo --check --port "$port" --dir "$scratch/other"
ok "and removes a directory it made" test ! -e "$scratch/other"
ok "and leaves nothing behind" leaves_nothing
kill "$child"
wait "$child" 2>/dev/null
child=

# What is printed, tried as it stands. The demo's last line says it is ready.
mkfifo "$scratch/demo"
"$yett" demo --port 0 >"$scratch/demo" 2>"$scratch/err" &
child=$!
timeout 30 sed '/Ctrl-C/q' "$scratch/demo" >"$scratch/shown"
sed -n '/^curl /p' "$scratch/shown" >"$scratch/lines"
: >"$scratch/out"
while read -r line; do
	sh -c "$line" 2>&1 | sed -n '1p' >>"$scratch/out"
done <"$scratch/lines"
ok "printed lines work as they stand" \
	test "$(cut -d ' ' -f 2 "$scratch/out" | tr '\n' ' ')" = "200 403 200 500 "
port=$(sed -n 's/^The gateway listens on 127.0.0.1:\([0-9]*\) .*/\1/p' \
	"$scratch/shown")
run demo --check --port "$port"
ok "a second demo does not share its port" ends 3
kill -TERM "$child"
wait "$child"
status=$?
child=
ok "SIGTERM ends the demo well" ends 0
ok "the demo leaves nothing behind" leaves_nothing

# A request under way holds the drain; a second signal ends it at once. The
# client's 100 tells that the request is under way, the log that the
# drain began.
mkfifo "$scratch/body" "$scratch/log" "$scratch/trace"
"$yett" demo --port 0 2>"$scratch/log" >"$scratch/demo" &
child=$!
exec 4<"$scratch/log"
timeout 30 sed '/Ctrl-C/q' "$scratch/demo" >"$scratch/shown"
line=$(sed -n '/^curl /{p;q}' "$scratch/shown")
sh -c "exec $line --http1.1 -v -H 'Expect: 100-continue' -T -" <"$scratch/body" \
	>/dev/null 2>"$scratch/trace" &
client=$!
exec 5>"$scratch/body" 6<"$scratch/trace"
echo begin >&5
ok "a request is under way" \
	timeout 30 sh -c "sed '/100 Continue/q' <&6 >'$scratch/err'"
kill -TERM "$child"
until_line() { # WORDS: in the log
	timeout 30 sed "/$1/q" <&4 >"$scratch/err"
}
ok "SIGTERM drains" until_line draining
ok "the request goes on" kill -0 "$client"
kill -TERM "$child"
wait "$child"
status=$?
child=
ok "a second SIGTERM ends it well" ends 0
kill "$client" 2>/dev/null
exec 4<&- 5>&- 6<&-
ok "and leaves nothing behind" leaves_nothing
plan
