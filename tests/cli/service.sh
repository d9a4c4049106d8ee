#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett run as a service: what a service manager hears, priorities of the
# journal, levels, logs that are rotated, another user, a file with its pid; and
# yett check beside it.
. "$TOP_SRCDIR/tests/cli/tap.sh"
. "$TOP_SRCDIR/tests/cli/serve.sh"
cd "$scratch" || exit 99
run ca demo
sed 's/127.0.0.1:8443/127.0.0.1:0/' "$TOP_SRCDIR/examples/minimal/first.lua" \
	>first.lua
echo 'gateway { log = { access = "access.log" } }' >>first.lua

# begin COMMAND...: `yett run` by it, as start of serve.sh.
begin() {
	mkfifo said
	"$@" 2>said &
	child=$!
	exec 3<said
	rm said
}

# --- a service manager; what it hears is in the file heard
cat >manager.py <<'E2'
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind("notify")
print("bound", flush=True)
with open("heard", "w") as heard:
    while True:
        text = manager.recv(4096).decode()
        heard.write("[" + text.replace("\n", "|") + "]\n")
        heard.flush()
        if "STOPPING=1" in text:
            break
E2
mkfifo bound
timeout 120 python3 manager.py >bound &
manager=$!
read -r _ <bound

hears() { # WORDS...: within 20 s, as a pattern of one message
	until_true 200 grep -q -- "$1" heard
}

begin env NOTIFY_SOCKET=notify WATCHDOG_USEC=300000 "$yett" run first.lua
ok "it is ready once it serves" hears '^\[READY=1|STATUS=Serving first.lua.\]'
ok "and had told its start before" says "started workers="
ok "while its workers turn, it says so" hears '^\[WATCHDOG=1\]'
kill -HUP "$child"
ok "a reload is told with its time" \
	hears '^\[RELOADING=1|MONOTONIC_USEC=[0-9]*\]'
ok "it happens" says "reloaded generation="
ready_again() {
	[ "$(grep -c '^\[READY=1' heard)" -eq "$1" ]
}
ok "and it is ready again" until_true 200 ready_again 2
cp first.lua right.lua
sed 's/"require"/"required"/' right.lua >first.lua
kill -HUP "$child"
ok "what is wrong with a reload is in the status" \
	hears 'READY=1|STATUS=Serving an older first.lua.*is not a mode'
cp right.lua first.lua

# --- logs that are rotated
mv access.log access.log.1
kill -USR1 "$child"
ok "SIGUSR1 opens the access log anew" until_true 100 test -e access.log
stop TERM
ok "and ends nobody" ends 0
ok "the end is told" hears '^\[STOPPING=1|STATUS=Draining.\]'
wait "$manager"

# --- the journal
cat >journal.sh <<'E2'
exec 2>said
JOURNAL_STREAM=$(stat -L -c %d:%i /proc/self/fd/2)
export JOURNAL_STREAM
exec "$@"
E2
mkfifo said
sh journal.sh "$yett" run first.lua &
child=$!
exec 3<said
rm said
ok "what is usual has priority 6" says "<6>started workers="
ok "and no second time" grep -q '^<6>started' err
sed 's/"require"/"required"/' right.lua >first.lua
kill -HUP "$child"
ok "what somebody must act on has 3" says "<3>reload-refused path="
cp right.lua first.lua
stop TERM
run run --log-level error nowhere.lua
ok "a start that fails is told at any level" complains "nowhere.lua"

# --- a copy, and a policy that is in force
mkdir copies
cp right.lua copies/copy
run check copies/copy
ok "a copy elsewhere names files that are not there" ends 3
run check --as "$scratch/first.lua" copies/copy
ok "but is right where it is to lie" ends 0
sed 's/"require"/"required"/' right.lua >copies/copy
run check --as first.lua --format=short copies/copy
ok "what is wrong with it is told at that place" complains "first.lua:14:"
mkdir several
cp right.lua several/a.lua
echo >several/b.lua
run check --as first.lua several
ok "a folder of files cannot stand for one" ends 2
begin "$yett" run first.lua
says "listening address="
port=$(port_of 1)
sed "s/127.0.0.1:0/127.0.0.1:$port/" right.lua >taken.lua
ok "the gateway runs" says "started workers="
run check --bind taken.lua
ok "check --bind lets a gateway have its listener" ends 0
run run taken.lua
ok "a second gateway does not get it" ends 3
stop TERM
openssl s_server -accept 127.0.0.1:0 -nocert >accept 2>&1 &
child=$!
until_true 100 grep -q '^ACCEPT' accept
port=$(sed -n '/^ACCEPT/{s/.*://p;q}' accept)
sed "s/127.0.0.1:0/127.0.0.1:$port/" right.lua >taken.lua
run check --bind taken.lua
ok "whoever else has it is told" complains "cannot listen at 127.0.0.1:$port"
kill "$child"
wait "$child" 2>/dev/null
child=

# --- levels and a pid file
begin "$yett" run --log-level=warn --pid-file=pid first.lua
ok "the pid is in its file" until_true 200 test -s pid
ok "and right" grep -qx "$child" pid
: >err
stop TERM
ok "at level warn usual events are not logged" test -z "$(grep " info " err)"
ok "the file goes with the process" test ! -e pid
run run --log-level=loud first.lua
ok "other levels are wrong usage" ends 2
run run --pid-file=away/pid first.lua
ok "a file that cannot be written ends the start" ends 3
ok "and is told" complains "away/pid"

# --- another user
run run --user=nobody-of-this-name first.lua
ok "a user that is not there is wrong usage" ends 2
run run --group=nogroup first.lua
ok "so is a group alone" ends 2
if [ "$(id -u)" -eq 0 ]; then
	chmod 755 . demo
	chmod 644 demo/*
	chown nobody access.log
	begin "$yett" run --user=nobody first.lua
	ok "root can become another user" says "started workers="
	is_nobody() {
		! grep -h '^Uid:' /proc/"$child"/task/*/status |
			grep -qv "^Uid:	$(id -u nobody)	"
	}
	ok "with all its threads" until_true 100 is_nobody
	kill -HUP "$child"
	ok "who can reload" says "reloaded generation="
	stop TERM
	ok "and end" ends 0
fi
plan
