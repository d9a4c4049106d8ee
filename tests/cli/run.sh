#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett run: its signals, and starts that fail as a whole.
. "$TOP_SRCDIR/tests/cli/tap.sh"
. "$TOP_SRCDIR/tests/cli/serve.sh"
cd "$scratch" || exit 99
run ca demo
sed 's/127.0.0.1:8443/127.0.0.1:0/' "$TOP_SRCDIR/examples/minimal/first.lua" \
	>first.lua

start first.lua
ok "it starts and says so" says "started workers="
kill -HUP "$child"
ok "SIGHUP reloads" says "reloaded generation="
cp first.lua right.lua
sed 's/"require"/"required"/' right.lua >first.lua
kill -HUP "$child"
ok "a wrong policy is told with its place" says "first.lua:14:"
ok "and the old one stays" says "the old policy stays in force"
cp right.lua first.lua
kill -HUP "$child"
ok "a right one is taken again" says "reloaded generation="
echo 'site "never.example" { key = "demo/portal", upstream = "http://127.0.0.1:1",
  trust = "staff", handshake = "never", path "/x" { certificate = "require" } }' \
	>>first.lua
kill -HUP "$child"
ok "warnings of a reload are an event" says "warn policy-warnings path="
mv first.lua away.lua
kill -HUP "$child"
ok "a policy that is away is told with its path" \
	says 'reload-refused path="first.lua" where="first.lua"'
cp right.lua first.lua
echo 'while true do end' >>first.lua
kill -HUP "$child"
stop TERM
ok "SIGTERM ends it well, even while a policy loads for ever" ends 0
cp right.lua first.lua
start first.lua
ok "it starts again" says "started workers="
stop INT
ok "SIGINT ends it well" ends 0

sed 's,http://127.0.0.1:8080,http://nowhere.invalid:80,' right.lua >nowhere.lua
start nowhere.lua
ok "a name without an address keeps nobody from starting" says "started workers="
ok "and is told" complains "W240"
stop TERM
run run --strict nowhere.lua
ok "but with --strict" ends 1
ok "which says so" complains "makes them errors"

# refuses NAME STATUS WORDS POLICY-LINE...: a start that must fail as a whole.
refuses() {
	name=$1
	want=$2
	words=$3
	sed "$4" right.lua >wrong.lua
	run run wrong.lua
	ok "$name does not start" ends "$want"
	ok "$name is told" complains "$words"
}

refuses "a wrong policy" 1 'is not a mode' 's/"require"/"required"/'
refuses "an application nobody made" 1 'nobody' \
	's,http://127.0.0.1:8080,app:nobody,'
refuses "an address that is not ours" 3 '192.0.2.1' 's/127.0.0.1:0/192.0.2.1:0/'

mkfifo holder
openssl s_server -accept 127.0.0.1:0 -nocert >holder 2>&1 &
child=$!
port=$(timeout 20 sed -n '/^ACCEPT/{s/.*://p;q}' holder)
refuses "a port in use" 3 "$port" "s/127.0.0.1:0/127.0.0.1:$port/"
refuses "a second port in use" 3 "$port" \
	"s/^listen.*/listen \"127.0.0.1:0\" listen \"127.0.0.1:$port\"/"
kill "$child"
wait "$child" 2>/dev/null
child=

# Standard descriptors that are closed belong to nobody.
"$yett" run first.lua 0<&- >&- 2>&- &
child=$!
n=0
# Signals are its own once it starts workers beside the thread of the metrics.
until { [ "$(find "/proc/$child/fd" -type l 2>/dev/null | wc -l)" -ge 8 ] &&
	[ "$(find "/proc/$child/task" -maxdepth 1 2>/dev/null | wc -l)" -ge 5 ]; } ||
	[ $((n += 1)) -gt 400 ]; do
	sleep 0.05
done
for fd in 0 1 2; do
	readlink "/proc/$child/fd/$fd"
done >held
ok "standard descriptors that are closed become no sockets" diff - held <<'END'
/dev/null
/dev/null
/dev/null
END
kill "$child"
wait "$child"
status=$?
child=
ok "and it ends well" ends 0
"$yett" version >&- 2>err
status=$?
ok "what cannot be printed is an error" ends 3

run run missing.lua
ok "a missing policy is an error" ends 3
ok "and is told by name" complains "missing.lua"
plan
