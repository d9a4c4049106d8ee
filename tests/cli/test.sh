#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett test: what passes, what fails and what is told of it, to the byte.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" .
cp "$TOP_SRCDIR"/tests/words/test/* .

# The guide: its first policy, and every snippet marked as a test.
awk '/^```lua$/ && !seen { on = seen = 1; next } /^```$/ { on = 0 } on' \
	"$TOP_SRCDIR/lua/README.md" >guide.lua
awk '/^```lua test$/ { n++; on = 1; next } /^```$/ { on = 0 }
	on { print > ("guide" n "_test.lua") }' "$TOP_SRCDIR/lua/README.md"
for snippet in guide[0-9]_test.lua; do
	grep -q '^policy' "$snippet" || sed -i '1i policy "guide.lua"' "$snippet"
	run test -v "$snippet"
	ok "$snippet of the guide passes" ends 0
	ok "$snippet has tests" prints "ok 1 - "
done
mkdir good
cp guide1_test.lua guide2_test.lua good
cp guide.lua good/guide.lua
cp first.lua good/first.lua

# Wrong tests, and the exact text about each.
for file in "$TOP_SRCDIR"/tests/words/test/*.expected; do
	name=$(basename "$file" .expected)
	run test "${name}_test.lua"
	ok "$name fails" ends 1
	ok "$name is told exactly" diff "$file" out
done
run test no-policy_test.lua
ok "a policy that is missing is an error of the system" ends 3
ok "and is told by name" complains "missing.lua"
run test nothing.lua
ok "tests that are missing are an error of the system" ends 3
ok "and so is the policy, which is told by name" complains \
	"cannot open nothing.lua"
run test first.lua
ok "if it is there, its tests are told" complains "cannot open first_test.lua"
echo '{}' >data.json
run test data.json
ok "data is no policy" ends 1
ok "and what to do is told" prints "yett export --lua data.json"
cp first.lua first
run test first
ok "a name without an ending is a failure" ends 1
ok "and what it must be is told" prints "its name must end in .lua"

run test good
ok "a folder's tests pass" ends 0
ok "and are counted" prints "5 passed, 0 failed"
run test good/guide1_test.lua good/guide2_test.lua
ok "several files can be named" prints "5 passed, 0 failed"
mkdir empty
run test empty
ok "no test is a failure" ends 1
ok "and is told" prints "no test was found"
run test --filter Ada -v good
ok "a filter chooses" prints "1 passed, 0 failed"
run test --filter nowhere good
ok "a filter that chooses nothing is a failure" ends 1

# A policy with functions, asked in all ways.
cp "$TOP_SRCDIR/tests/words/test/functions.policy" functions.lua
cp "$TOP_SRCDIR/tests/words/test/functions.tests" functions_test.lua
run test -v functions.lua
ok "functions are tested, too" ends 0

run test --coverage good/guide1_test.lua
ok "coverage is told" prints "coverage: 66% (4 of 6 outcomes)"
ok "and what was never seen" prints \
	'outcomes never seen for path "/admin" (good/guide.lua:12): untrusted, expired'
run test --coverage functions_test.lua
ok "what functions said is told" prints 'request of site "api.example" (functions.lua:8) said: an error, deny, nothing, redirect'
run test --coverage --filter nobody functions_test.lua
ok "and that they were never asked" prints \
	'client_hello of site "api.example" (functions.lua:8) was never asked'
run test --coverage method_test.lua
ok "tests that cannot be run cover nothing" prints "coverage: 0% (0 of 0"
run test --coverage-min=67 good/guide1_test.lua
ok "too little coverage is a failure" ends 1
run test --coverage-min=66 good/guide1_test.lua
ok "enough is not" ends 0
run test --coverage-min=101 good
ok "more than all cannot be asked" ends 2

run test --tap good
ok "TAP has a version" prints "TAP version 13"
ok "TAP has a plan" prints "1..5"
run test --junit junit.xml unmet_test.lua
ok "JUnit has the failures" grep -q 'tests="4" failures="4"' junit.xml
ok "JUnit is escaped" grep -q 'path &quot;/admin&quot;' junit.xml
run test --tap --junit junit.xml nothing.lua
ok "TAP is bailed out of when a file is missing" \
	prints "Bail out! cannot open nothing.lua"
ok "and JUnit's file has that as its failure" \
	grep -q 'failures="1"' junit.xml
echo 'while true do pcall(error) end' >loop_test.lua
run test --tap loop_test.lua
ok "a test file without an end is a failure" ends 1
ok "and is told by name" complains "reading loop_test.lua has not ended"
ok "with its line" complains "loop_test.lua:1"
run test --junit missing/junit.xml good
ok "a file that cannot be written is an error of the system" ends 3

sed 's/certificate = "require"/certifcate = "require"/' first.lua >wrong.lua
printf 'test "a" { hello "x", expect { asked = "none" } }\n' >wrong_test.lua
run test wrong.lua
ok "a wrong policy is a failure" ends 1
ok "and its mistakes are told" prints "did you mean 'certificate'?"

# The site itself decides what no rule names, whoever has "/".
sed 's|path "/" |exact "/" |' first.lua >exact.lua
printf 'test "a" { get "https://portal.example/x", expect { status = 200 } }\n' \
	>exact_test.lua
run test --coverage exact.lua
ok "its outcome counts" prints 'site "portal.example" yes'

# A test out of a recorded decision says what the policy says.
log=$TOP_SRCDIR/tests/words/test/decisions.ndjson
for id in 1-1 1-2 1-3; do
	run test --from-log "$id" --log "$log" first.lua
	ok "decision $id becomes a test" ends 0
	cp out recorded_test.lua
	run test recorded_test.lua
	ok "which passes" prints "1 passed, 0 failed"
done
sed 's/"san":\["email"\]/"san":["a\\nerror()"]/' "$log" >hostile.ndjson
run test --from-log 1-3 --log hostile.ndjson
ok "what is recorded stays in its comment" prints "are not recorded: a?error()."
run test --from-log 9-9 --log "$log"
ok "a decision that is not there is told" complains "has no decision 9-9"
run test --from-log 1-1
ok "the record must be named" ends 2
run test --from-log 1-1 first.lua
ok "or the policy must name it" ends 2
sed "1i gateway { log = { record = \"$PWD/record\" } }" first.lua >names.lua
cp "$log" record.1
run test --from-log 1-1 names.lua
ok "then it is read, with what was rotated away, even if only that is there" \
	prints 'policy "names.lua"'
run test --from-log 1-1 names.lua first.lua
ok "one policy is enough" ends 2

# lacks EXPRESSION TEXT: why there is no test of 1-1, changed by sed.
lacks() {
	sed "$1" "$log" >changed.ndjson
	run test --from-log 1-1 --log changed.ndjson
	ends 3 && complains "$2"
}
ok "what a line lacks is told" lacks 's/"method":"[^"]*",//' \
	"its line has no method"
ok "and what masked it" lacks \
	's/"path":"[^"]*",//; s/"id":/"masked":["path"],&/' \
	"no path, which the policy masked"
ok "without it nobody knows whether a certificate was sent" lacks \
	's/"sent":[a-z]*,//' "its line has no sent"
ok "a member of another type" lacks 's/"alpn":\[/"alpn":7,"x":[/' \
	"members of its line are of another type"
ok "a later version" lacks 's/"kind":/"format":3,&/' "a later version wrote it"
ok "half a line" lacks 's/"outcome".*//' "torn"
head -c 2097152 /dev/zero | tr '\0' ' ' | cat - "$log" >changed.ndjson
run test --from-log 1-1 --log changed.ndjson
ok "a line that is too long is none" complains "has no decision 1-1"
plan
