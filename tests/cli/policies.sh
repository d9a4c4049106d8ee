#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The policies to start from: each loads, its tests see every outcome of every
# rule, and each of its rules and verdicts is held by a test.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp -R "$TOP_SRCDIR/policies" policies
chmod -R u+w policies

# One self-signed certificate stands for every site and authority.
names=$(sed -n 's/^site "\([^"]*\)".*/DNS:\1/p' policies/*.lua | sort -u |
	paste -sd,)
cat >authority.cnf <<END
[req]
distinguished_name = name
[name]
[v3]
basicConstraints = critical,CA:true
keyUsage = critical,digitalSignature,keyCertSign,cRLSign
subjectKeyIdentifier = hash
subjectAltName = $names
[ca]
default_ca = authority
[authority]
database = index.txt
default_md = sha256
default_crl_days = 1
END
: >index.txt
openssl req -config authority.cnf -extensions v3 -x509 -days 1 -subj /CN=any \
	-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout any.key -out any.pem 2>/dev/null || exit 99
openssl ca -config authority.cnf -gencrl -keyfile any.key -cert any.pem \
	-out any.crl 2>/dev/null || exit 99

# make_files POLICY: every file that it names below pki/.
make_files() {
	mkdir -p policies/pki
	grep -o '"pki/[^"]*"' "$1" | tr -d '"' | while read -r file; do
		case $file in
		*.pem | *.crl) cp "any.${file##*.}" "policies/$file" ;;
		*)
			cp any.pem "policies/$file.pem"
			cp any.key "policies/$file.key"
			;;
		esac
	done
}

fails_a_test() { # one that runs, rather than the loading of the policy
	ends 1 && grep -q '^not ok' out && ! grep -q 'can be loaded' out
}

only_the_picker() {
	! grep ': warning: ' err | grep -qv '\[W202\]$'
}

# mutant POLICY LINE SED-SCRIPT: the policy with this change fails a test.
mutant() {
	sed "$3" "policies/$1.lua" >"mutant/$1.lua"
	run test "mutant/$1.lua"
	ok "$1: a test holds line $2" fails_a_test
}

# lines PATTERN POLICY: their numbers.
lines() {
	grep -n "$1" "policies/$2.lua" | cut -d: -f1
}

mkdir mutant
for file in policies/*_test.lua; do
	policy=$(basename "$file" _test.lua)
	rm -rf policies/pki
	make_files "policies/$policy.lua"
	run check "policies/$policy.lua"
	ok "$policy loads" ends 0
	ok "$policy is warned of no more than the picker" only_the_picker
	run test --coverage --coverage-min=100 "policies/$policy.lua"
	ok "$policy passes its tests, which see all" ends 0

	cp -r "$file" policies/*.json policies/modules mutant
	for line in $(lines '^ *certificate *= "require"' "$policy"); do
		mutant "$policy" "$line" \
			"${line}s/require/none/; ${line},/}/{ /^ *identity/d; /^ *sha/d; }"
	done
	for line in $(lines '^ *identity *=' "$policy") \
		$(lines '^ *shadow *=' "$policy") \
		$(lines '^ *share *=' "$policy"); do
		mutant "$policy" "$line" "${line}d"
	done
	for line in $(lines 'return [a-z_.]* {' "$policy"); do
		mutant "$policy" "$line" "${line}s/return/local _ =/"
	done
done

# The guide: its commands, and its test, which its rule makes pass.
guide=policies/README.md
for file in policies/*.lua; do
	case $file in
	*_test.lua) ;;
	*) ok "the guide lists $file" grep -qF "(${file#policies/})" $guide ;;
	esac
done
part() { # NAME: what stands in the guide's blocks of this name
	awk -v start="\`\`\`$1" '$0 == start { on = 1; next } /^```$/ { on = 0 } on' \
		$guide
}
part sh >commands.sh
PATH=$TOP_BUILDDIR:$PATH sh -e commands.sh >out 2>err
status=$?
ok "the guide's commands run" ends 0
ok "and test a policy" prints "coverage: 100%"
part "lua test" >mine/billing_test.lua
run test mine/billing_test.lua
ok "the guide's test fails before its rule" fails_a_test
part "lua rule" >rule
sed -i '/^  trust    = "staff",/r rule' mine/portal.lua
run test mine
ok "and passes with it" ends 0
plan
