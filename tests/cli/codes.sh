#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each code that is told has a page, each page's code is told, and what it says
# has a test.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

run explain --codes
ok "the codes are listed" ends 0
sed 's/ .*//' out | sort >pages
grep -rhoE --include='*.lua' --include='*.c' --exclude=codes*.lua \
	'"[EW][0-9]{3}"' "$TOP_SRCDIR/lua" "$TOP_SRCDIR/core" |
	tr -d '"' | sort -u >told
ok "each code that is told has a page, and the other way round" \
	cmp -s pages told

for code in $(cat pages); do
	ok "a test shows what $code says" \
		grep -rqF "$code" --include='*.expected' --include='*.sh' \
		--include='*.c' --include='*.lua' --exclude=codes.sh \
		"$TOP_SRCDIR/tests"
done

run explain e303
ok "a page is told" ends 0
ok "it has a title" prints "E303: a fact that is not there, or not yet"
ok "it has wrong code" prints "Wrong:"
ok "it has right code" prints "Right:"
run explain E999
ok "an unknown code is wrong usage" ends 2
ok "and told" complains 'there is no code "E999"'
run explain W2O1
ok "what is neither a code nor a URL is wrong usage" ends 2
run explain E30
ok "a code that is near is suggested" complains "did you mean E30"

# What clients and logs are told.
for name in $(grep -oE 'return "[a-z_]+"' "$TOP_SRCDIR/core/policy/reason.c" |
	cut -d'"' -f2 | sort -u | grep -vx none) \
	0x80070032 80070032 0X80070032 ERROR_NOT_SUPPORTED 500.0 50 403.7 \
	0x80092013; do
	run explain "$name"
	ok "$name is explained" ends 0
	ok "$name: with a cure" prints "What to do:"
done
run explain 50
ok "a number leads to its reason" prints "late: a certificate is needed"
run explain 51
ok "another number is no code" complains '"51" is no URL'
plan
