#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the gateway refuses before any rule, and in the handshake, is refused by
# every tool that answers for it.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99

# site FIELDS >FILE: a policy of one site, which knows the trusts ta and tb.
site() {
	cat <<END
listen "127.0.0.1:0"
trust "ta" { ca = "ta.pem" }
trust "tb" { ca = "tb.pem" }
site "a.example" {
  key = "server", upstream = "http://127.0.0.1:1", trust = "ta",
  $1
}
END
}

# passes NAME POLICY TEST: yett test, of one test.
passes() {
	printf 'policy "%s"\ntest "one" { %s }\n' "$2" "$3" >one_test.lua
	run test one_test.lua
	ok "test: $1" ends 0
}

explains() { # NAME POLICY TEXT ARGUMENT...
	name=$1 policy=$2 text=$3
	shift 3
	run explain --policy "$policy" "$@"
	ok "explain: $name" prints "$text"
}

# --- methods
site 'path "/admin" { certificate = "require" }' >plain.lua
for each in CONNECT:405 TRACE:405 get:501; do
	method=${each%:*}
	passes "$method" plain.lua "request { method = \"$method\",
		url = \"https://a.example/admin\" },
		expect { status = ${each#*:}, verdict = \"refuse\" }"
	explains "$method" plain.lua "answer    ${each#*:} " \
		--method "$method" https://a.example/admin
done
passes "OPTIONS that goes no further" plain.lua 'request {
	method = "OPTIONS", url = "https://a.example/",
	headers = { ["Max-Forwards"] = "0" } },
	expect { status = 200, verdict = "allow" }'
printf 'policy "plain.lua"\ntest "x" { request { method = "get", %s\n' \
	'url = "https://a.example/" }, expect { status = 200 } }' >why_test.lua
run test why_test.lua
ok "test: a failure says what is wrong with the request" prints \
	"the request itself is refused: a method has capital letters only"

# --- the form of the path, and of what follows the head
passes "a path that climbs" plain.lua \
	'get "https://a.example/../x", expect { status = 400 }'
passes "another host" plain.lua 'get "https://b.example/" {
	on = connection { sni = "a.example" } }, expect { status = 421,
	reason = "misdirected" }'
site 'limits = { body = "1KiB" }, path "/" { }' >small.lua
explains "a body that is too long" small.lua "answer    413 " \
	--method POST --header "Content-Length: 1025" https://a.example/

site 'case = "insensitive", path "/admin" { certificate = "require" }' >fold.lua
for path in /admin. /ADMIN~1 '/admin::$DATA' /admin%20 /admin./x; do
	passes "$path without case" fold.lua \
		"get \"https://a.example$path\", expect { status = 400 }"
	explains "$path without case" fold.lua "answer    400 Bad Request" \
		"https://a.example$path"
done
passes "/admin.x without case" fold.lua \
	'get "https://a.example/admin.x", expect { status = 200 }'

# --- a change of case
site '' >with-case.lua
site 'case = "insensitive"' >without-case.lua
run diff with-case.lua without-case.lua
ok "diff: a change of case is a difference" ends 3
ok "diff: with a path that shows it" prints "for example /file., "
ok "diff: and what it gets" prints \
	"allowed -> 400 the path has a second name on this site"
run diff without-case.lua with-case.lua
ok "diff: back again" prints "second name on this site -> allowed"
site 'case = "insensitive", path "/%C3%A9" { certificate = "require" }' >fold.lua
site 'case = "sensitive", path "/%C3%A9" { certificate = "require" }' >care.lua
run diff fold.lua care.lua
ok "diff: the example is a path as clients send it" lacks "%c3"
site 'case = "insensitive", exact "/" {},
  path "/x/a." { certificate = "require", late = "nginx" }' >nginx.lua
site 'case = "insensitive", exact "/" {},
  path "/x/a." { certificate = "require", late = "kong" }' >kong.lua
run diff nginx.lua kong.lua
ok "diff: what no request reaches is no difference" prints "1 proven equal"
{
	printf '{"kind":"request","time":"2026-11-23T12:00:00.000000Z",'
	printf '"connection":"1","generation":1,"id":"1","sni":"a.example",'
	printf '"alpn":[],"version":"1.3","client_ip":"10.4.7.1",'
	printf '"client_port":999,"asked":"none","sent":false,"method":"GET",'
	printf '"host":"a.example","path":"/file.","query":false,'
	printf '"outcome":"allowed","status":0,"reason":"","read":["sni"]}\n'
} >log
run impact without-case.lua --log log
ok "impact: a change of case is a change" prints \
	"allowed -> 400 the path has a second name on this site"
run impact with-case.lua --log log
ok "impact: the same case changes nothing" ends 0

# --- what was asked
for each in 'path "/admin" { certificate = "require" }' \
	'handshake = "never", path "/admin" { certificate = "require" }'; do
	site "$each" >asked.lua
	passes "asked for other authorities" asked.lua \
		'get "https://a.example/admin", on = connection { asked = "other" },
		expect { reason = "late", cause = "other_trust" }'
done
passes "with a certificate all the same" asked.lua \
	'get "https://a.example/admin", on = connection { asked = "other" },
	with = certificate { issuer = "ta" }, expect { status = 200 }'

# --- handshakes that end
site 'client_hello = function(hello) return refuse { } end' >refuse.lua
explains "a refused hello" refuse.lua "alert access_denied" https://a.example/
explains "but not on an older connection" refuse.lua "answer    of upstream" \
	--asked none https://a.example/
explains "an older connection to a site that is gone" refuse.lua \
	"421 Misdirected Request" --asked none https://b.example/
passes "a refused hello" refuse.lua \
	'get "https://a.example/", expect { handshake = "refused" }'
passes "but not on an older connection" refuse.lua 'get "https://a.example/",
	on = connection { asked = false }, expect { status = 200 }'

plan
