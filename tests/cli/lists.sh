#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Revocation lists as authorities make them: for some certificates only, of a
# distribution point, and with as many entries as a large one has.
. "$TOP_SRCDIR/tests/cli/tap.sh"
. "$TOP_SRCDIR/tests/cli/serve.sh"
cd "$scratch" || exit 99
run ca pki

# The authority, a client with a distribution point, one without.
{
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout ca.key -out ca.pem -days 30 -subj "/CN=List CA" \
		-addext keyUsage=keyCertSign,cRLSign
	for name in ada ben; do
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
			-keyout $name.key -out $name.csr -subj "/CN=$name"
	done
	echo 'crlDistributionPoints=URI:http://list.example/users.crl' >point
	openssl x509 -req -in ada.csr -CA ca.pem -CAkey ca.key -set_serial 7 \
		-days 30 -out ada.pem -extfile point
	openssl x509 -req -in ben.csr -CA ca.pem -CAkey ca.key -set_serial 8 \
		-days 30 -out ben.pem
} >openssl.out 2>&1

# list NAME LINE...: NAME.crl, whose issuing distribution point is the lines;
# without any it has none.
list() {
	name=$1
	shift
	{
		echo '[ca]'
		echo 'default_ca=it'
		echo '[it]'
		echo 'database=index'
		echo 'certificate=ca.pem'
		echo 'private_key=ca.key'
		echo 'default_md=sha256'
		echo 'default_crl_days=30'
		echo 'unique_subject=no'
		[ $# -eq 0 ] || echo 'crl_extensions=ext'
		echo '[ext]'
		echo 'issuingDistributionPoint=critical,@point'
		echo '[point]'
		printf '%s\n' "$@"
	} >list.cnf
	openssl ca -config list.cnf -gencrl -out "$name.crl" >>openssl.out 2>&1
}

# revoke SERIAL...: what the next lists say.
revoke() {
	: >index
	for serial; do
		printf 'R\t491231235959Z\t260101000000Z\t%s\tunknown\t/CN=x\n' \
			"$serial" >>index
	done
}

revoke
cat >lists.lua <<'END'
listen "127.0.0.1:0"
trust "staff" { ca = "ca.pem", crl = { "one.crl" } }
site "portal.example" {
  key = "pki/portal", upstream = "app:metrics", trust = "staff",
  path "/" { certificate = "require" },
}
END

# answers NAME: what the client gets under the list that is there.
answers() {
	curl -s -m 20 -o page -w '%{http_code}' --cacert pki/ca.pem \
		--resolve "portal.example:$port:127.0.0.1" \
		--cert "$1.pem" --key "$1.key" "https://portal.example:$port/"
}

# case NAME WANTED-OF-ADA WANTED-OF-BEN: after a reload.
judged() {
	kill -HUP "$child"
	ok "$1: it is loaded" says "reloaded generation="
	ok "$1: with its point" test "$(answers ada)" = "$2"
	ok "$1: without" test "$(answers ben)" = "$3"
}

list one
start lists.lua
ok "it starts" says "started workers="
port=$(port_of 1)
judged "for all" 200 200
list one onlyuser=TRUE
judged "for users" 200 200
list one onlyCA=TRUE
judged "for authorities" 403 403
list one fullname=URI:http://list.example/users.crl
judged "of the point" 200 403
list one fullname=URI:http://list.example/others.crl
judged "of another point" 403 403
revoke 07
list one onlyuser=TRUE fullname=URI:http://list.example/users.crl
judged "of the point, revoked" 403 403
list one indirectCRL=TRUE
judged "indirect" 403 403
ok "which is told" complains "is a delta, indirect"
list one onlysomereasons=keyCompromise
judged "for some reasons" 403 403

# A hundred thousand entries in fifty trusts: read once, and small.
awk 'BEGIN { for (i = 0; i < 105000; i++)
	printf "R\t491231235959Z\t260101000000Z\t7%031X\tunknown\t/CN=%d\n", i * 7919, i
	printf "R\t491231235959Z\t260101000000Z\t08\tunknown\t/CN=ben\n" }' >index
list one
cp lists.lua few.lua
awk 'BEGIN { for (i = 0; i < 50; i++)
	printf "trust \"t%d\" { ca = \"ca.pem\", crl = \"one.crl\" }\n", i }' \
	>>lists.lua
judged "a large one" 200 403
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$child/status")
[ -z "${SAN_FLAGS:-}" ] || peak=0 # a sanitizer's allocator keeps what is freed
ok "and takes less than 60 MB ($peak kB)" test "$peak" -lt 60000
stop TERM
ok "it ends" ends 0
plan
