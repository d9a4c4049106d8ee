#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The words of the command line: version, help, and what is no word of it.
. "$TOP_SRCDIR/tests/cli/tap.sh"

run version
ok "version ends well" ends 0
ok "version says it" grep -qE '^yett [0-9]+\.[0-9]+\.[0-9]+$' "$scratch/out"
run --version
ok "--version is version" grep -qE '^yett [0-9]' "$scratch/out"

run help
ok "help ends well" ends 0
for verb in demo check run ca version help; do
	ok "help names $verb" grep -q "^  $verb " "$scratch/out"
	run "$verb" --help
	ok "$verb --help ends well" ends 0
	ok "$verb --help tells its usage" prints "usage: yett $verb"
	cp "$scratch/out" "$scratch/first"
	run help "$verb"
	ok "help $verb is $verb --help" cmp -s "$scratch/out" "$scratch/first"
	run help
done
run help demo
ok "help demo names its options" prints "--port PORT"

# refuses NAME WORDS ARGUMENT...: wrong usage, told in these words.
refuses() {
	name=$1
	words=$2
	shift 2
	run "$@"
	ok "$name is wrong usage" ends 2
	ok "$name is told" complains "$words"
	ok "$name prints no output" is_silent
}

refuses "no verb" "usage: yett VERB"
refuses "an unknown verb" 'there is no verb "frobnicate"' frobnicate
refuses "a misspelt verb" 'did you mean `yett check`?' chekc policy.lua
refuses "a verb cut short" 'did you mean `yett demo`?' dem
refuses "an unknown option" "there is no option --frobnicate" demo --frobnicate
refuses "a misspelt option" "did you mean --port?" demo --prot 1
refuses "a misspelt option with a value" "did you mean --port?" demo --prt=1
refuses "an option without its value" "--port needs a value: --port PORT" \
	demo --port
refuses "a switch with a value" "--check takes no value" demo --check=yes
refuses "one dash" 'options are written with two dashes, not "-p"' demo -p
refuses "an operand too many" 'unexpected argument "b"' check a b
refuses "an operand for none" 'unexpected argument "now"' demo now
refuses "a missing operand" "POLICY is missing: yett check POLICY" check
refuses "a missing operand of run" "POLICY is missing" run
refuses "a port that is none" '"http" is not a port' demo --port http
refuses "a port too high" '"65536" is not a port' demo --port 65536
refuses "a negative port" '"-1" is not a port' demo --port -1
refuses "help on no verb" 'there is no verb "rnu"' help rnu
refuses "help on a misspelt verb" 'did you mean `yett help run`?' help rnu
refuses "help on a strange word" 'see `yett help`' help frobnicate

run check -- --help
ok "after -- an option is an operand" ends 3

run_into_full_disk() {
	"$yett" help >/dev/full 2>"$scratch/err"
	[ $? -eq 3 ]
}
ok "output that is lost is no success" run_into_full_disk
plan
