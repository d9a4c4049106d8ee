#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett completion and yett help --man: what they write is what shells and roff
# understand, and says what the program does.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

run help
cp out overview
verbs=$(awk '/^  [a-z]/ { print $1 }' overview)

if command -v bash >/dev/null; then
	run completion bash
	ok "there is a script for bash" ends 0
	cp out yett.bash
	ok "bash reads it" bash -n yett.bash
	# What bash offers for the words; the last one is being written.
	offers() {
		bash --norc -c '. ./yett.bash
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
			_yett && printf "%s\n" "${COMPREPLY[@]}"' bash "$@" \
			>out 2>err
		status=$?
	}
	offers yett ""
	for verb in $verbs; do
		ok "bash offers $verb" grep -qx "$verb" out
	done
	ok "and nothing else" test "$(wc -l <out)" -eq \
		"$(echo "$verbs" | wc -l)"
	offers yett expo
	ok "bash completes a verb" test "$(cat out)" = export
	offers yett --v
	ok "bash completes --version" test "$(cat out)" = --version
	offers yett export --lua
	ok "bash completes an option" test "$(tr '\n' ' ' <out)" = \
		"--lua --luals --luacheck "
	offers yett help expl
	ok "bash completes what help takes" test "$(cat out)" = explain
	offers yett completion f
	ok "bash completes a shell" test "$(cat out)" = fish
	offers yett check --format ""
	ok "bash completes the words of an option" test \
		"$(tr '\n' ' ' <out)" = "text short json "
	offers yett import ""
	ok "bash completes what is imported" test "$(cat out)" = iis
	offers yett import iis applicationH
	ok "and then leaves files to readline" test -z "$(cat out)"
	offers yett check pol
	ok "bash leaves files to readline" test -z "$(cat out)"
else
	echo "# no bash: its script is not tried"
fi

for shell in zsh fish; do
	run completion $shell
	ok "there is a script for $shell" ends 0
	cp out yett.$shell
	for verb in $verbs; do
		ok "$shell knows $verb" grep -q "[ ']$verb\\b" yett.$shell
	done
	ok "$shell knows the words of an option" \
		grep -q "[('']none request require[)'']" yett.$shell
	if command -v $shell >/dev/null; then
		ok "$shell reads it" $shell -n yett.$shell
	else
		echo "# no $shell: only its words are looked at"
	fi
done
run completion csh
ok "other shells are told apart" ends 2

run help --man
ok "there is a manual page" ends 0
cp out yett.1
for verb in $verbs; do
	ok "the manual has $verb" grep -q "^\\.SS \"yett $verb" yett.1
done
ok "a line of text is no request" sh -c '! grep -q "^'\''" yett.1'
if command -v groff >/dev/null; then
	groff -man -Tutf8 -ww yett.1 >page 2>err
	status=$?
	ok "groff sets it" ends 0
	ok "and has nothing to say" test ! -s err
	ok "its examples are there" grep -q "yett completion bash" page
else
	echo "# no groff: the page is not set"
fi
plan
