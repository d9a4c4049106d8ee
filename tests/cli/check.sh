#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett check: what a right policy prints, and how a wrong one is refused.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" .

run ca demo
ok "ca makes certificates" ends 0

run check first.lua
ok "a right policy is fine" ends 0
ok "what it has is counted" prints \
	"first.lua: ok (1 site, 2 paths, 1 trust, 0 functions"
ok "the handshake's question is derived" \
	grep -qE '^ *portal\.example +request +' out
ok "the path behind it is named" prints 'path "/admin" (first.lua:'

# wrong NAME SED-SCRIPT WORDS: first.lua with this change is refused so.
wrong() {
	sed "$2" first.lua >wrong.lua
	run check wrong.lua
	ok "$1 is wrong" ends 1
	ok "$1 is told" complains "$3"
	ok "$1 prints no table" is_silent
}

wrong "an unknown field" 's/certificate = "require"/certifcate = "require"/' \
	"wrong.lua:14:19: error: unknown field 'certifcate'"
ok "a caret shows the place" grep -qE '\|  +\^~+$' err
ok "the right word is suggested" complains "did you mean 'certificate'?"
wrong "an unknown mode" 's/"require"/"required"/' \
	'certificate = "required" is not a mode'
wrong "an unknown trust" 's/trust    = "staff"/trust    = "staf"/' \
	'no trust named "staf"'
wrong "a missing comma" 's/8080",/8080"/' "missing ','"
wrong "a priority that lets no key sign" \
	's/trust    = "staff",/&tls_priority = "NORMAL:-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA256",/' \
	'lets no key of site "portal.example" sign'
wrong "a key of another certificate" \
	's,key      = "demo/portal",key = { cert = "demo/portal.pem"\, key = "demo/late.key" },' \
	"late.key"

sed 's,http://127.0.0.1:8080,app:pages,' first.lua >embedded.lua
run check embedded.lua
ok "the applications of an embedder are taken as given" ends 0
run run embedded.lua
ok "but yett run has none" ends 1

{ echo 'gateway { log = { access = "no/such/folder/a.log" } }'; cat first.lua; } \
	>log.lua
run check log.lua
ok "an access log that cannot be written is found" ends 3
ok "and is told by name" complains "no/such/folder/a.log"

# Where the policy names the file, not at line 0 of the file itself.
{ echo 'gateway { tickets = { keys = "ticket.keys" } }'; cat first.lua; } \
	>tickets.lua
run check tickets.lua
ok "a missing file of ticket keys is found" ends 3
ok "and is told at its name" complains \
	"tickets.lua:1:30: error: cannot open"
echo junk >ticket.keys
chmod 600 ticket.keys
run check tickets.lua
ok "a malformed one is wrong" ends 1
ok "and its line is told" complains "ticket.keys:1: a ticket key is a line of"

run check missing.lua
ok "a missing file is an error of the system" ends 3
ok "and is told by name" complains "missing.lua"
sed 's,key      = "demo/portal",key = { cert = "demo/portal.pem"\, key = "demo/portal.key"\, ocsp = "none" },' \
	first.lua >stapled.lua
run check stapled.lua
ok "a missing OCSP response is no error" ends 0
ok "but a warning" complains "[W220]"

# An authority that is none: the certificate of the server itself.
sed 's,ca *= *"[^"]*",ca = { "demo/staff-ca.pem"\, "demo/portal.pem" },' \
	first.lua >authority.lua
run check --format=short authority.lua
ok "a CA that is none is a warning" ends 0
ok "at its name, with who it is" grep -qE \
	'^authority\.lua:[0-9]+:[0-9]+: warning: the CA "CN=.*\[W222\]$' err
ok "told of that one alone" test "$(grep -c W222 err)" -eq 1

rm demo/portal.key
run check first.lua
ok "a missing key is an error" test "$status" -ne 0
ok "and is told by name" complains "portal.key"
ok "with its code" complains "[E501]"
ok "and prints no table" is_silent

run ca again
ok "certificates for new checks" ends 0
sed 's,demo/,again/,' first.lua >forms.lua
run check --format=short forms.lua
ok "the short form is one line each" grep -qE \
	'^forms\.lua:14:33: warning: asking at the handshake .* \[W202\]$' err
ok "a trust without revocation lists is a remark" \
	complains "forms.lua:5:7: note: trust"
run check --format=json forms.lua
ok "a warning is no failure" ends 0
ok "the JSON form goes to standard output" prints '"code":"W202"'
ok "and nothing else does" test "$(head -c 1 out)" = "["
ok "nor to standard error" test ! -s err
run check --format=json nothing.lua
ok "a policy that is missing is told on standard error" complains "nothing.lua"
ok "and the JSON form is whole all the same" test "$(cat out)" = "[]"
run check --format=xml forms.lua
ok "an unknown form is wrong usage" ends 2
run check --strict forms.lua
ok "--strict makes a warning fail" ends 1
sed 's,path "/" .*,,; s,path "/admin",path "/",' forms.lua >strict.lua
run check --strict strict.lua
ok "--strict lets remarks pass" ends 0

sed 's,127.0.0.1:8443,192.0.2.1:8443,' forms.lua >elsewhere.lua
run check elsewhere.lua
ok "listeners are not opened" ends 0
run check --bind elsewhere.lua
ok "but with --bind" ends 3
ok "whose failure is told like all" complains "[E503]"
sed 's,http://127.0.0.1:8080,http://no-such-host.invalid:1,' forms.lua >nowhere.lua
run check nowhere.lua
ok "an upstream without an address is warned of, and no failure" ends 0
run check --strict nowhere.lua
ok "but with --strict" ends 1

# All that cannot be opened is told at once, each at its name.
cat >files.lua <<'END'
listen "127.0.0.1:8443"
trust "staff" { ca = { "again/staff-ca.pem", "none.pem" }, crl = "none.crl" }
trust "guests" { ca = "again/portal.key", crl = { "again/portal.pem" } }
site "portal.example" {
  key = "none", upstream = "http://no-such-host.invalid:80",
  trust = { "staff", "guests" }, certificate = "request",
}
site "late.example" {
  key = { { cert = "again/late.pem", key = "again/portal.key" },
    { cert = "again/late.pem", key = "none.key" } },
  upstream = "http://127.0.0.1:80",
}
END
run check --format=short files.lua
ok "a key that is of no use is an error" ends 1
sed 's/^\(files\.lua:[0-9:]*\): [a-z]*:.*\[\(....\)]$/\1 \2/; /^files.*[EW]/!d' \
	err >places
ok "all files are told, each at its name" diff - places <<'END'
files.lua:2:46 W241
files.lua:2:66 W241
files.lua:3:23 W241
files.lua:3:51 W241
files.lua:5:9 E501
files.lua:9:44 E501
files.lua:10:38 E501
END

sed 's,http://127.0.0.1:8080,app:metric,' strict.lua >apps.lua
run check --strict --format=short apps.lua
ok "an application of another program is a remark" ends 0
ok "which is told at its name" complains "note: upstream \"app:metric\" is"
sed 's,http://127.0.0.1:8080,app:metrics,' strict.lua >apps.lua
run check apps.lua
ok "the one that is there is not told" test "$(grep -c W226 err)" -eq 0

sed 's,key  ,tls_priority = "NORMAL:+NONSENSE"\, key ,' strict.lua >prio.lua
run check prio.lua
ok "what TLS does not understand is an error" complains "[E501]"
ok "and is told once" \
	test "$(grep -c "GnuTLS does not understand" err)" -eq 1
# Of upstreams, too, each one that cannot be used, or has no address.
cat >upstreams.lua <<'END'
listen "127.0.0.1:8443"
site "portal.example" {
  key = "again/portal",
  upstream = { "http://127.0.0.1:80", "http://one.invalid:80", "http://two.invalid" },
  path "/a" { upstream = { targets = { "http://[::1]:80", "http://three.invalid" } } },
  path "/b" { upstream = "http://four.invalid" },
  path "/c" { upstream = { "https://127.0.0.1" } },
}
END
run check --format=short upstreams.lua
sed 's/^\(upstreams\.lua:[0-9:]*\): [a-z]*:.*\[\(....\)]$/\1 \2/; /^upst.*W240/!d' \
	err >places
ok "all without an address are told, each at its name" diff - places <<'END'
upstreams.lua:4:39 W240
upstreams.lua:4:64 W240
upstreams.lua:5:59 W240
upstreams.lua:6:26 W240
END
sed -i 's,http://\([a-z]*\)\.invalid\(:80\)*,unix:/'"$(printf '%0110d' 0)"',g
	s,"https://127.0.0.1",&\, key = "none",' upstreams.lua
run check --format=short upstreams.lua
ok "an upstream that cannot be used is no success" test "$status" -ne 0
sed 's/^\(upstreams\.lua:[0-9:]*\): error:.*\[\(E...\)]$/\1 \2/; /^upst.*E/!d' err \
	>places
ok "all are told, each at its name" diff - places <<'END'
upstreams.lua:4:39 E502
upstreams.lua:4:159 E502
upstreams.lua:5:59 E502
upstreams.lua:6:26 E502
upstreams.lua:7:26 E502
END
sed -i 's,demo/,again/,' log.lua
sed 's,no/such/folder/a.log,again/a.log,
	s,access =,record = "none/r"\, access =,' log.lua >record.lua
run check log.lua
ok "a log is told at its name" complains "log.lua:1:28: error: "
run check --bind record.lua
ok "and so is the record" complains "record.lua:1:28: error: "
sed 's,none/r,again/../again/a.log,' record.lua >one.lua
touch again/a.log
run check one.lua
ok "both in one file is an error" ends 1
ok "which is told at the record" complains "one.lua:1:28: error: "
mkfifo again/fifo
sed 's,no/such/folder/a.log,again/fifo,;s,again/a.log,again/fifo,' log.lua \
	>fifo.lua
run check --bind fifo.lua
ok "a FIFO without a reader keeps nobody waiting" ends 3
ok "and is told as such" complains "is a FIFO that nobody reads"
rm again/fifo again/a.log

# Certificates for another name, and chains that no client can follow.
cat again/portal.pem again/late.pem >again/chain.pem
cp again/portal.key again/chain.key
cat >names.lua <<'END'
listen "127.0.0.1:8443"
site "Portal.Example" { key = "again/portal", upstream = "http://127.0.0.1:80" }
site "shop.example" { key = "again/portal", upstream = "http://127.0.0.1:80" }
site "*.example" { key = "again/chain", upstream = "http://127.0.0.1:80" }
site "*" { key = "again/portal", upstream = "http://127.0.0.1:80" }
END
run check --format=short names.lua
ok "certificates for another name are warned of" ends 0
sed 's/^\(names\.lua:[0-9:]*\): .*\[\(W...\)]$/\1 \2/; /^names.*W/!d' err \
	>places
ok "each where it is named" diff - places <<'END'
names.lua:3:29 W216
names.lua:4:26 W216
names.lua:4:26 W217
END

# Dates that come near, or are past; an authority without its list.
cat >dates.cnf <<'END'
[req]
distinguished_name = name
[name]
[ca]
default_ca = authority
[authority]
database = index.txt
unique_subject = no
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = v3
[any]
commonName = supplied
[v3]
basicConstraints = critical,CA:true
subjectKeyIdentifier = hash
subjectAltName = DNS:portal.example
END
: >index.txt
moment() { # DAYS from now, as certificates write it
	date -u -d "$1 days" +%y%m%d%H%M%SZ
}
# dated NAME FROM TO: NAME.pem and NAME.key, which hold between these days
dated() {
	openssl req -config dates.cnf -new -subj "/CN=$1" -newkey ec -pkeyopt \
		ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" &&
		openssl ca -config dates.cnf -batch -notext -selfsign -keyfile \
			"$1.key" -in "$1.csr" -out "$1.pem" -startdate \
			"$(moment "$2")" -enddate "$(moment "$3")"
}
{
	dated soon -60 10 && dated past -60 -1 && dated early 1 60 &&
		openssl ca -config dates.cnf -gencrl -keyfile soon.key \
			-cert soon.pem -out soon.crl -crl_lastupdate \
			"$(moment -20)" -crl_nextupdate "$(moment 5)"
} >/dev/null 2>&1 || exit 99
cat >dates.lua <<'END'
listen "127.0.0.1:8443"
trust "staff" {
  ca = { "soon.pem", "past.pem", "again/staff-ca.pem" }, crl = "soon.crl",
}
site "portal.example" {
  key = { "soon", "past", "early" }, trust = "staff", certificate = "require",
  upstream = "http://127.0.0.1:80",
}
END
run check --format=short dates.lua
ok "dates are warned of" ends 0
sed 's/^\(dates\.lua:[0-9:]*\): warning: \(.*\) \[\(W...\)]$/\1 \3 \2/
	/^dates.*W/!d; s/20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]/DATE/
	s/in [0-9]* days/soon/' err >told
ok "each at its name" diff - told <<'END'
dates.lua:3:8 W209 the CA "CN=soon" expires on DATE, soon
dates.lua:3:8 W210 the CA "CN=past" expired on DATE
dates.lua:3:8 W223 the CA "CN=past" has no list in crl: whatever it issued is refused
dates.lua:3:8 W223 the CA "CN=Yett demo: staff" has no list in crl: whatever it issued is refused
dates.lua:3:64 W211 the revocation list of "CN=soon" must be followed by DATE, soon
dates.lua:6:11 W209 the certificate of site "portal.example" expires on DATE, soon
dates.lua:6:19 W210 the certificate of site "portal.example" expired on DATE
dates.lua:6:27 W210 the certificate of site "portal.example" is not valid before DATE
END

# OCSP responses: what is missing, and how to get it.
sed -i "s,demo/,again/,g" stapled.lua
run check stapled.lua
ok "at its name" complains "stapled.lua:8:71: warning: no OCSP response"
ok "with the command that makes one" complains "openssl ocsp -issuer"
sed 's,ocsp = "none",ocsp = "first.lua",' stapled.lua >unverified.lua
run check unverified.lua
ok "a chain without its issuer cannot check one" complains \
	"unverified.lua:8:18: warning: no OCSP response"
ok "and how to make a chain is told" complains "cat site.pem issuer.pem"

# A key where certificates of authorities belong.
sed 's,again/staff-ca.pem,again/portal.key,' forms.lua >authority-key.lua
run check authority-key.lua
ok "a key that should be an authority is told to be one" \
	complains "portal.key holds no CA certificate: it is a private key"

# A socket that nobody hands over: what is wrong is its name.
sed 's,^listen .*,listen { fd = "web" },' forms.lua >socket.lua
run check --bind socket.lua
ok "a socket that is not there is told at its name" grep -qE \
	'^socket.lua:[0-9]+:15: error: no socket was handed' err
plan
