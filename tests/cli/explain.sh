#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# yett explain: the whole story, word by word, of each way a request can go, and
# of recorded ones. How each certificate fares is in tests/unit/test_explain.c.
. "$TOP_SRCDIR/tests/cli/tap.sh"
cd "$scratch" || exit 99
cp "$TOP_SRCDIR/examples/minimal/first.lua" .
run ca demo
ok "ca makes certificates" ends 0
rm demo/*.key # none is needed

cat >policy.lua <<'EOF'
listen "127.0.0.1:8443"
trust "staff" { ca = "demo/staff-ca.pem" }
trust "web" { ca = "demo/ca.pem" }
site "*" {
  key = "demo/portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.client_ip == "192.0.2.1" then return refuse { why = "spam" } end
    if hello.client_ip == "192.0.2.2" then local x; return x.y end
    return ask.none { why = "a browser" }
  end,
  request = function(req)
    if req.headers["x-device"] == "7" then
      return deny { status = 404, why = "no device", tell = true }
    end
    if req.path:under "/go" then
      return redirect { location = "https://a.example/" }
    end
    if req.path:under "/bad" then local x; return x.y end
    if req.path:under "/in" then return need_certificate { why = "card" } end
  end,
}
site "strict.example" {
  key = "demo/portal", upstream = "app:x", trust = "staff",
  certificate = "require",
}
site "never.example" {
  key = "demo/portal", upstream = { "http://127.0.0.1:1", "unix:/run/x" },
  trust = "staff", handshake = "never",
  late = { status = 403, hresult = 0, title = "Come again", close = true },
  path "/card" { certificate = "require" },
}
EOF

# story NAME ARGUMENT...: standard input is what explain must print.
story() {
	what=$1
	shift
	cat >want
	run explain "$@"
	ok "$what is a story" ends 0
	ok "$what is told so" diff -u want out
	ok "$what has no complaint" test ! -s err
}

story "nothing sent" \
	https://portal.example/admin/users --policy first.lua --from 203.0.113.9 <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 client    sent no certificate
  4 request   GET /admin/users -> path "/admin"                                 first.lua:14
  5 need      certificate = "require", trust "staff"                            first.lua:14
  6 decision  403 not_sent "staff only"                                         first.lua:14
  7 answer    403 Forbidden, "A client certificate is required"
              the connection is closed
              would be 500 late (0x80070032) on a connection that was never asked,
              for example one opened before this policy was in force
              decided by: sni, path, certificate, host
EOF

story "a good certificate" \
	https://portal.example/admin/users --policy first.lua --cert demo/ada.pem <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 client    sent "CN=Ada Lovelace", verified by trust "staff"
  4 request   GET /admin/users -> path "/admin"                                 first.lua:14
  5 need      certificate = "require", trust "staff"                            first.lua:14
  6 decision  allow "staff only"                                                first.lua:14
  7 answer    of upstream http://127.0.0.1:8080, which gets Client-Cert
              would be 500 late (0x80070032) on a connection that was never asked,
              for example one opened before this policy was in force
              decided by: sni, path, certificate, host
EOF

story "a stranger's certificate" \
	https://portal.example/admin --policy first.lua --cert demo/late.pem <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 client    sent "CN=late.example", untrusted
  4 request   GET /admin -> path "/admin"                                       first.lua:14
  5 need      certificate = "require", trust "staff"                            first.lua:14
  6 decision  403 untrusted "staff only"                                        first.lua:14
  7 answer    403 Forbidden, "The client certificate is not trusted"
              the connection is closed
              would be 500 late (0x80070032) on a connection that was never asked,
              for example one opened before this policy was in force
              decided by: sni, path, certificate, host
EOF

story "a public path" \
	https://portal.example/ --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 client    sent no certificate
  4 request   GET / -> path "/"                                                 first.lua:13
  5 need      certificate = "none", trust "staff"                               first.lua:13
  6 decision  allow                                                             first.lua:13
  7 answer    of upstream http://127.0.0.1:8080
              decided by: sni, path, host
EOF

story "a connection that was never asked" \
	https://portal.example/admin --policy first.lua --asked none --cert demo/ada.pem <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 asked     none, on this connection, whatever the policy says
  4 client    was not asked for a certificate
  5 request   GET /admin -> path "/admin"                                       first.lua:14
  6 need      certificate = "require", trust "staff"                            first.lua:14
  7 decision  500 late (reloaded) "staff only"                                  first.lua:14
  8 answer    500 Internal Server Error, "The request is not supported", code 50, hresult 0x80070032
              the connection is closed
              decided by: sni, path, certificate, host
EOF

story "a name without a site" \
	https://other.example/ --policy first.lua <<'EOF'
  1 hello     sni other.example -> no site
  2 ask       the handshake is refused
  3 answer    alert unrecognized_name ends the handshake: no site has the name the client wants
              decided by: sni
EOF

story "no name" \
	https://127.0.0.1/ --policy first.lua <<'EOF'
  1 hello     no server name -> no site
  2 ask       the handshake is refused
  3 answer    alert missing_extension ends the handshake: the client names no site
              decided by: sni
EOF

story "no name in TLS 1.2" \
	https://portal.example/ --sni= --tls 1.2 --policy first.lua <<'EOF'
  1 hello     no server name -> no site
  2 ask       the handshake is refused
  3 answer    alert unrecognized_name ends the handshake: the client names no site
              decided by: sni
EOF

story "a host that is not the name" \
	https://other.example:8443/x --sni portal.example --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 request   GET /x for "other.example", on a connection to "portal.example"
  4 decision  421 misdirected
  5 answer    421 Misdirected Request, "The host of the request is not the server name of the connection."
              the connection stays open
              decided by: sni, host
EOF

story "clear text" \
	http://portal.example/ --policy first.lua <<'EOF'
  1 connect   http:// is clear text, and every listener speaks TLS
  2 answer    none: the handshake fails, and the connection is closed
              decided by: nothing that a policy says
EOF

cat >clear.lua <<'EOF'
listen { "127.0.0.1:8080", redirect = "https" }
listen { "127.0.0.1:8081", redirect = { port = 443 } }
listen "127.0.0.1:8443"
trust "staff" { ca = "demo/staff-ca.pem" }
site "portal.example" {
  key = "demo/portal", upstream = "http://127.0.0.1:8082", trust = "staff",
  handshake = "never",
  path "/cut" { certificate = "require", late = "httpsys-reset" },
}
EOF

story "clear text that leads to https" \
	"http://portal.example/a?b" --policy clear.lua <<'EOF'
  1 connect   clear text, at a listener that only leads to https                clear.lua:1
  2 request   GET /a for "portal.example"
  3 answer    301 Moved Permanently to https://portal.example:8443/a?b
              the connection stays open
              decided by: method, path, host
EOF

story "clear text that leads to another port" --method PUT \
	"http://portal.example:8081/" --policy clear.lua <<'EOF'
  1 connect   clear text, at a listener that only leads to https                clear.lua:2
  2 request   PUT / for "portal.example"
  3 answer    308 Permanent Redirect to https://portal.example/
              the connection stays open
              decided by: method, path, host
EOF

story "clear text for a host that no site has" \
	http://other.example/ --policy clear.lua <<'EOF'
  1 connect   clear text, at a listener that only leads to https                clear.lua:1
  2 request   GET / for "other.example"
  3 answer    421 Misdirected Request, "No site here has the host of the request."
              the connection is closed
              decided by: method, path, host
EOF

story "clear text at the port of another listener" \
	http://portal.example:8443/ --policy clear.lua <<'EOF'
  1 connect   http:// is clear text, and no listener at this port leads to https: what is there speaks TLS
  2 answer    none: the handshake fails, and the connection is closed
              decided by: nothing that a policy says
EOF

story "a late need that is cut" \
	https://portal.example/cut --policy clear.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       clear.lua:5
  2 ask       none                                                              clear.lua:5
  3 client    was not asked for a certificate
  4 request   GET /cut -> path "/cut"                                           clear.lua:8
  5 need      certificate = "require", trust "staff"                            clear.lua:8
  6 decision  444 late (policy)                                                 clear.lua:8
  7 answer    none
              nothing is sent: the connection is cut by a TCP reset
              decided by: sni, path, certificate, host
EOF

run explain "$(printf 'https://portal.example/\302\233x\303\251[1]?\303\251')" \
	--policy first.lua
ok "what a path has no room for is escaped" \
	prints "GET /%C2%9Bx%C3%A9%5B1%5D ->"
run explain "$(printf 'https://portal.example/\302\233x\303\251%%2')" \
	--policy first.lua
ok "a terminal is told no controls, but letters" prints "GET /?xé%2 ->"

story "a path with an escaped slash" \
	https://portal.example/a%2fb --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 request   GET /a%2fb -> refused before any rule
  4 answer    400 Bad Request, "the path has an escaped slash"
              the connection is closed
              decided by: sni
EOF

story "a method that is not served" \
	https://portal.example/x --method TRACE --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 request   TRACE /x -> refused before any rule
  4 answer    405 Method Not Allowed, "this method is not served here"
              the connection is closed
              decided by: sni
EOF

story "a protocol that is not spoken" \
	https://portal.example/ --alpn h3 --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 answer    alert no_application_protocol ends the handshake: the client offers neither h2 nor http/1.1
              decided by: sni, alpn
EOF

story "two protocols" \
	https://portal.example/ --alpn h2,http/1.1 --policy first.lua <<'EOF'
  1 hello     sni portal.example -> site "portal.example"                       first.lua:7
  2 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  3 client    sent no certificate
  4 request   GET / -> path "/"                                                 first.lua:13
  5 need      certificate = "none", trust "staff"                               first.lua:13
  6 decision  allow                                                             first.lua:13
  7 answer    of upstream http://127.0.0.1:8080
              decided by: sni, path, host
EOF

story "a handshake that a function refuses" \
	https://a.example/ --from 192.0.2.1 <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said refuse                                          policy.lua:4
  3 ask       the handshake is refused "spam"
  4 answer    alert access_denied ends the handshake: the policy refuses this client
              decided by: sni, client_ip
EOF

story "a client_hello function that fails" \
	https://a.example/ --from 192.0.2.2 <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello failed                                               policy.lua:4
  3 error     policy.lua:8: client_hello function of site "*": attempt to index a nil value (local 'x')
  4 ask       the handshake is refused
  5 answer    alert internal_error ends the handshake: the policy could not decide
              decided by: sni, client_ip
EOF

story "a function that denies" \
	https://a.example/ --header X-Device:7 --header "Accept: */*" <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said ask.none                                        policy.lua:4
  3 ask       none "a browser"                                                  policy.lua:4
  4 client    was not asked for a certificate
  5 request   GET / -> site "*"                                                 policy.lua:4
  6 need      certificate = "none", trust "staff"                               policy.lua:4
  7 function  request said deny                                                 policy.lua:4
  8 decision  404 denied "no device"                                            policy.lua:4
  9 answer    404 Not Found, "The policy denies this request.", with why
              the connection stays open
              decided by: sni, client_ip, headers (x-device), host
EOF

story "a function that redirects" \
	"https://a.example/go?q" <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said ask.none                                        policy.lua:4
  3 ask       none "a browser"                                                  policy.lua:4
  4 client    was not asked for a certificate
  5 request   GET /go -> site "*"                                               policy.lua:4
  6 need      certificate = "none", trust "staff"                               policy.lua:4
  7 function  request said redirect                                             policy.lua:4
  8 decision  307 redirect to https://a.example/                                policy.lua:4
  9 answer    307 Temporary Redirect to https://a.example/
              the connection stays open
              decided by: sni, client_ip, path, headers (x-device), host
EOF

story "a request function that fails" \
	https://a.example/bad <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said ask.none                                        policy.lua:4
  3 ask       none "a browser"                                                  policy.lua:4
  4 client    was not asked for a certificate
  5 request   GET /bad -> site "*"                                              policy.lua:4
  6 need      certificate = "none", trust "staff"                               policy.lua:4
  7 function  request said no verdict: it failed                                policy.lua:4
  8 error     policy.lua:18: request function of site "*": attempt to index a nil value (local 'x')
  9 decision  500 policy_error                                                  policy.lua:4
 10 answer    500 Internal Server Error, "The policy failed"
              the connection stays open
              decided by: sni, client_ip, path, headers (x-device), host
EOF

story "a need of a function" \
	https://a.example/in --cert demo/ada.pem <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said ask.none                                        policy.lua:4
  3 ask       none "a browser"                                                  policy.lua:4
  4 client    was not asked for a certificate
  5 request   GET /in -> site "*"                                               policy.lua:4
  6 need      certificate = "none", trust "staff"                               policy.lua:4
  7 function  request said need_certificate                                     policy.lua:4
  8 decision  500 late (function) "card"                                        policy.lua:4
  9 answer    500 Internal Server Error, "The request is not supported", code 50, hresult 0x80070032
              the connection stays open
              decided by: sni, client_ip, path, headers (x-device), certificate, host
EOF

story "a need of a function that was asked for" \
	https://a.example/in --cert demo/ada.pem --asked request <<'EOF'
  1 hello     sni a.example -> site "*"                                         policy.lua:4
  2 function  client_hello said ask.none                                        policy.lua:4
  3 ask       none "a browser"                                                  policy.lua:4
  4 asked     request, on this connection, whatever the policy says
  5 client    sent "CN=Ada Lovelace", verified by trust "staff"
  6 request   GET /in -> site "*"                                               policy.lua:4
  7 need      certificate = "none", trust "staff"                               policy.lua:4
  8 function  request said need_certificate                                     policy.lua:4
  9 decision  allow "card"                                                      policy.lua:4
 10 answer    of upstream http://127.0.0.1:8080, which gets Client-Cert
              would be 500 late (0x80070032) on a connection that was never asked,
              for example one opened before this policy was in force
              decided by: sni, client_ip, path, headers (x-device), certificate, host
EOF

story "a site that requires" \
	https://strict.example/ <<'EOF'
  1 hello     sni strict.example -> site "strict.example"                       policy.lua:22
  2 ask       require, authorities of trust "staff"                             policy.lua:22
  3 answer    alert certificate_required ends the handshake: the client sent no certificate
              decided by: sni, certificate
EOF

story "a site that requires in TLS 1.2" \
	https://strict.example/ --tls 1.2 <<'EOF'
  1 hello     sni strict.example -> site "strict.example"                       policy.lua:22
  2 ask       require, authorities of trust "staff"                             policy.lua:22
  3 answer    alert handshake_failure ends the handshake: the client sent no certificate
              decided by: sni, certificate
EOF

story "a site that requires another certificate" \
	https://strict.example/ --cert demo/portal.pem <<'EOF'
  1 hello     sni strict.example -> site "strict.example"                       policy.lua:22
  2 ask       require, authorities of trust "staff"                             policy.lua:22
  3 answer    alert unknown_ca ends the handshake: the client's certificate reaches no CA that is asked for
              decided by: sni, certificate
EOF

story "a site that gets what it requires" \
	https://strict.example/ --cert demo/ada.pem <<'EOF'
  1 hello     sni strict.example -> site "strict.example"                       policy.lua:22
  2 ask       require, authorities of trust "staff"                             policy.lua:22
  3 client    sent "CN=Ada Lovelace", verified by trust "staff"
  4 request   GET / -> site "strict.example"                                    policy.lua:22
  5 need      certificate = "require", trust "staff"                            policy.lua:22
  6 decision  allow                                                             policy.lua:22
  7 answer    of upstream app:x, which gets Client-Cert
              would be 500 late (0x80070032) on a connection that was never asked,
              for example one opened before this policy was in force
              decided by: sni, certificate, host
EOF

story "a late need as the author likes" \
	https://never.example/card <<'EOF'
  1 hello     sni never.example -> site "never.example"                         policy.lua:26
  2 ask       none                                                              policy.lua:26
  3 client    was not asked for a certificate
  4 request   GET /card -> path "/card"                                         policy.lua:30
  5 need      certificate = "require", trust "staff"                            policy.lua:30
  6 decision  403 late (policy)                                                 policy.lua:30
  7 answer    403 Forbidden, "Come again"
              the connection is closed
              decided by: sni, path, certificate, host
EOF

story "a path of a site that never asks" \
	https://never.example/ <<'EOF'
  1 hello     sni never.example -> site "never.example"                         policy.lua:26
  2 ask       none                                                              policy.lua:26
  3 client    was not asked for a certificate
  4 request   GET / -> site "never.example"                                     policy.lua:26
  5 need      certificate = "none", trust "staff"                               policy.lua:26
  6 decision  allow                                                             policy.lua:26
  7 answer    of upstream http://127.0.0.1:1 or unix:/run/x
              decided by: sni, path, host
EOF

run explain https://portal.example/ --policy first.lua --format json
ok "JSON is a story" ends 0
ok "JSON is one line" test "$(wc -l <out)" -eq 1
ok "JSON begins with the steps" grep -q '^{"steps":\[{"step":"hello",' out

# line ID PATH OUTCOME STATUS REASON MEMBERS: a line of the record.
line() {
	printf '{"kind":"request","time":"2026-11-23T12:00:00.000000Z",'
	printf '"connection":"1","generation":1,"id":"%s",' "$1"
	printf '"sni":"portal.example","alpn":[],"version":"1.3",'
	printf '"client_ip":"192.0.2.7","client_port":999,'
	printf '"asked":"request","trusts":["staff"],%s,' "$6"
	printf '"method":"GET","host":"portal.example","path":"%s",' "$2"
	printf '"query":false,"outcome":"%s","status":%s,' "$3" "$4"
	printf '"reason":"%s","rule":"path \\"/admin\\"","read":["sni"]}\n' \
		"$5"
}
line 0000000000000001 /admin refused 403 not_sent '"sent":false' >log.1
{
	line 0000000000000002 /0000000000000001 allowed 0 "" '"sent":false'
	line 0000000000000003 /admin allowed 0 "" \
		'"sent":true,"verified":{"staff":"verified"}'
	echo '{"kind":"request","id":"0000000000000001' # cut short
} >log

story "a recorded refusal" 0000000000000001 --log log --policy first.lua <<'EOF'
  1 recorded  2026-11-23 12:00:00Z, client 192.0.2.7, the handshake asked: request
  2 then      refused 403 not_sent by path "/admin"
  3 hello     sni portal.example -> site "portal.example"                       first.lua:7
  4 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  5 client    sent no certificate
  6 request   GET /admin -> path "/admin"                                       first.lua:14
  7 need      certificate = "require", trust "staff"                            first.lua:14
  8 decision  403 not_sent "staff only"                                         first.lua:14
  9 now       the same: 403 not_sent
EOF

sed 's,certificate = "require",certificate = "none",' first.lua >open.lua
story "a recorded refusal under another policy" 0000000000000001 --log log \
	--policy open.lua <<'EOF'
  1 recorded  2026-11-23 12:00:00Z, client 192.0.2.7, the handshake asked: request
  2 then      refused 403 not_sent by path "/admin"
  3 hello     sni portal.example -> site "portal.example"                       open.lua:7
  4 ask       none                                                              open.lua:7
  5 client    was not asked for a certificate
  6 request   GET /admin -> path "/admin"                                       open.lua:14
  7 need      certificate = "none", trust "staff"                               open.lua:14
  8 decision  allow "staff only"                                                open.lua:14
  9 now       changed: allowed
EOF

# The line is of format 1, which does not tell them.
story "a recorded certificate" 0000000000000003 --log log \
	--policy first.lua <<'EOF'
  1 recorded  2026-11-23 12:00:00Z, client 192.0.2.7, the handshake asked: request
  2 then      allowed by path "/admin"; the access log has its status
  3 hello     sni portal.example -> site "portal.example"                       first.lua:7
  4 ask       request, authorities of trust "staff", because of path "/admin"   first.lua:14
  5 client    sent a certificate, verified by trust "staff"
  6 request   GET /admin -> path "/admin"                                       first.lua:14
  7 need      certificate = "require", trust "staff"                            first.lua:14
  8 decision  allow "staff only"                                                first.lua:14
  9 now       cannot be told: the record has no authorities of trust "staff"
EOF

sed 's,path "/" ,request = function(req) if req.headers["x-a"] then return deny { } end end\, &,' \
	first.lua >reads.lua
story "a record without a header that is read" 0000000000000001 --log log \
	--policy reads.lua <<'EOF'
  1 recorded  2026-11-23 12:00:00Z, client 192.0.2.7, the handshake asked: request
  2 then      refused 403 not_sent by path "/admin"
  3 hello     sni portal.example -> site "portal.example"                       reads.lua:7
  4 ask       request, authorities of trust "staff", because of path "/admin"   reads.lua:14
  5 client    sent no certificate
  6 request   GET /admin -> path "/admin"                                       reads.lua:14
  7 need      certificate = "require", trust "staff"                            reads.lua:14
  8 function  request said nothing: the declared rule stands                    reads.lua:7
  9 decision  403 not_sent "staff only"                                         reads.lua:14
 10 now       cannot be told: the record has no header "x-a"
EOF

run explain 0000000000000001 --log log --policy first.lua --format json
ok "JSON tells a decision" prints \
	'"now":{"compared":"same","before":"403 not_sent","after":"403 not_sent"}}'

sed 's,path "/" ,request = function(req) if req.headers["x-ssl-client-verify"] then return deny { } end end\, &,' \
	first.lua >forged.lua
run explain --policy forged.lua https://portal.example/ \
	--header "X-SSL-Client-Verify: SUCCESS"
ok "a field that is the gateway's to set is not seen" prints \
	"request said nothing: the declared rule stands"

# refuses NAME STATUS WORDS ARGUMENT...
refuses() {
	what=$1
	wanted=$2
	words=$3
	shift 3
	run explain "$@"
	ok "$what is wrong" ends "$wanted"
	ok "$what is told" complains "$words"
	ok "$what is no story" is_silent
}

refuses "a decision that is not recorded" 3 "there is no decision" \
	0000000000000009 --log log --policy first.lua
{
	line 0000000100000001 / allowed 0 "" '"sent":false'
	line 0000000100000005 / allowed 0 "" '"sent":false'
	line 0000000200000003 / allowed 0 "" '"sent":false'
} >some
refuses "what was no decision" 3 \
	'"0000000100000004" was refused before any decision' \
	0000000100000004 --log some --policy first.lua
refuses "what another worker may have decided" 3 "there is no decision" \
	0000000200000002 --log some --policy first.lua
ok "it will not come any more" test "$(grep -c "try again" err)" = 0
refuses "what may be written in a second" 3 "so try again" \
	0000000100000006 --log some --policy first.lua
{
	cat some
	echo '{"kind":"lost","lines":1}'
} >gaps
refuses "what may have been lost" 3 "there is no decision" \
	0000000100000004 --log gaps --policy first.lua
sed '2s/"generation":1/"generation":2/' some >later
refuses "what may not have been recorded" 3 "there is no decision" \
	0000000100000004 --log later --policy first.lua
head -1 log | sed 's/"path":"[^"]*",//; s/"client_ip":"[^"]*",//' >masked
run explain "$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' masked)" --log masked \
	--policy first.lua
ok "a story of what was not recorded is not made up" sh -c \
	"! grep -q '^ *[0-9]* *\(client\|request\|need\) ' out"
ok "but what is missing is told" prints "cannot be told: the record has no path"
ok "and that the address is" prints "client not recorded"
refuses "a record that is none" 3 "cannot read nothing.log" \
	0000000000000001 --log nothing.log --policy first.lua
refuses "no record" 2 "names no record" 0000000000000001 --policy first.lua
refuses "no URL" 2 '"portal.example" is no URL' portal.example
refuses "another scheme" 2 "is no URL" ftp://a.example/
refuses "an unknown mode" 2 "--asked is not \"often\"" https://a.example/ \
	--asked often
refuses "an unknown version" 2 "write 1.2 or 1.3" https://a.example/ --tls 1.1
refuses "an empty protocol" 2 "a list such as" https://a.example/ --alpn h2,
refuses "an unknown format" 2 "write text or json" https://a.example/ \
	--format xml
refuses "an address that is none" 2 "nowhere" https://a.example/ --from nowhere
refuses "a header without a colon" 2 "is no header field" https://a.example/ \
	--header X-Device
refuses "a missing policy" 3 "nothing.lua" https://a.example/ \
	--policy nothing.lua
refuses "a missing certificate" 3 "nothing.pem" https://a.example/ \
	--cert nothing.pem
refuses "a certificate that is none" 1 "first.lua" https://a.example/ \
	--cert first.lua
echo 'site "x" {}' >wrong.lua
refuses "a wrong policy" 1 "wrong.lua:1:" https://a.example/ --policy wrong.lua
rm demo/staff-ca.pem
refuses "a certificate without the trust" 3 "staff-ca.pem" \
	https://portal.example/ --policy first.lua --cert demo/ada.pem
run explain https://portal.example/admin --policy first.lua
ok "without a certificate no file is needed" ends 0
plan
