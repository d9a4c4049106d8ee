-- SPDX-License-Identifier: Apache-2.0
-- The pages of warnings and remarks, in the form of error_pages.lua.

local pages = {}

pages.W201 = {
  title = "a path needs a certificate that nobody is asked for",
  text = "Since TLS 1.3 a server can ask in the handshake only. This site "
    .. "never "
    .. "asks, so every client of the path is refused as late; `yett check` has "
    .. "proven it. Let the handshake ask, or choose with `late` what people "
    .. "see, and it becomes a remark.",
  frame = "site",
  wrong = 'handshake = "never",\npath "/admin" { certificate = "require" },',
  right = 'handshake = "auto",\npath "/admin" { certificate = "require" },',
}
pages.W202 = {
  title = "asking shows the certificate picker on public paths, too",
  text = "The handshake comes before the path, so to ask for one path is to "
    .. "ask "
    .. "on all of the site. Whoever has a certificate in the browser sees a "
    .. "picker on the public paths; scripts are cut off by a window nobody "
    .. "answers; CORS preflights never carry one. A server name of its own for "
    .. "the closed part avoids all of it, and costs a name and a certificate.",
  frame = "site",
  wrong = 'path "/" { certificate = "none" },\n'
    .. 'path "/admin" { certificate = "require" },',
  right = 'path "/" { certificate = "require" },',
}
pages.W203 = {
  title = "a trust that is never used",
  text = "Nothing accepts its certificates: a rule that should name it may be "
    .. "missing.",
  frame = "top",
  wrong = 'trust "guests" { ca = "guests.pem" }',
  right = '-- trust "guests" { ca = "guests.pem" }',
}
pages.W204 = {
  title = "a star or a :name in a path",
  text = "In path and exact a star is a character like any other, and so is the "
    .. "colon of what other servers take for a parameter; in glob a star stands "
    .. "for one segment.",
  frame = "site",
  wrong = 'path "/users/*/keys" { },',
  right = 'glob "/users/*/keys" { },',
}
pages.W205 = {
  title = "a rule that never matches",
  text = "An exact rule takes the path itself and a glob all that is below, so "
    .. "nothing is left. What it says has no effect, whatever was meant.",
  frame = "site",
  wrong = 'path "/a" { why = "never seen" },\nexact "/a" { },\nglob "/a/*" { '
    .. '},',
  right = 'exact "/a" { },\nglob "/a/*" { },',
}
pages.W206 = {
  title = "a rule that changes nothing",
  text = "Without it another rule would match the same paths and do the same. "
    .. "A "
    .. "remark: give it a `why` if it is there for a reason.",
  frame = "site",
  wrong = 'path "/docs" { forward = { chain = true } },\n'
    .. 'path "/docs/old" { forward = { chain = true } },',
  right = 'path "/docs" { forward = { chain = true } },',
}
pages.W207 = {
  title = "globs that cross",
  text = "Both match some paths with equally many segments, and neither is the "
    .. "special case of the other. The one whose literal segment comes first "
    .. "decides. A remark: make sure that it is the one you mean.",
  frame = "site",
  wrong = 'glob "/users/*" { why = "users" },\nglob "/*/keys" { why = "keys" '
    .. '},',
  right = 'glob "/users/*" { why = "users" },\n'
    .. 'glob "/*/*/keys" { why = "keys" },',
}
pages.W208 = {
  title = "an identity that nobody can have",
  text = "A trust with `spiffe` believes only certificates whose one URI is a "
    .. "SPIFFE ID of that domain. The rule wants another, so it refuses all.",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"\n'
    .. 'trust "plant" { ca = "ca.pem", spiffe = "plant.example" }\n'
    .. 'site "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080", trust = '
    .. '"plant",\n'
    .. '  path "/" { certificate = "require", '
    .. 'identity = { spiffe = "spiffe://acme.example/*" } },\n}',
  right = 'listen "127.0.0.1:8443"\n'
    .. 'trust "plant" { ca = "ca.pem", spiffe = "plant.example" }\n'
    .. 'site "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080", trust = '
    .. '"plant",\n'
    .. '  path "/" { certificate = "require", '
    .. 'identity = { spiffe = "spiffe://plant.example/*" } },\n}',
}
pages.W209 = {
  title = "a certificate expires soon",
  text = "Within 30 days, and less than a third of its life is left. A reload "
    .. "takes the new file; no connection is closed for it.",
  frame = "keys",
  wrong = 'key = "pki/expires-next-week",',
  right = 'key = "pki/renewed",',
}
pages.W210 = {
  title = "a certificate is not valid now",
  text = "It has expired, or begins later than the clock of this machine says. "
    .. "The gateway starts, and clients refuse it.",
  frame = "keys",
  wrong = 'key = "pki/expired",',
  right = 'key = "pki/renewed",',
}
pages.W211 = {
  title = "a revocation list is due soon",
  text = "Past its nextUpdate a list says nothing any more, and its trust then "
    .. "refuses everybody. Fetch lists well before, and reload.",
  frame = "keys",
  wrong = 'trust "staff" { ca = "ca.pem", crl = "due-tomorrow.crl" }',
  right = 'trust "staff" { ca = "ca.pem", crl = "fresh.crl" }',
}
pages.W212 = {
  title = "a trust without revocation lists",
  text = "A certificate that was lost or stolen is good until it expires. A "
    .. "remark: certificates that last a day need no lists.",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"\ntrust "staff" { ca = "ca.pem" }\n'
    .. 'site "portal.example" { key = "portal", certificate = "request", '
    .. 'trust = "staff", upstream = "http://127.0.0.1:8080" }',
  right = 'listen "127.0.0.1:8443"\n'
    .. 'trust "staff" { ca = "ca.pem", crl = "staff.crl" }\n'
    .. 'site "portal.example" { key = "portal", certificate = "request", '
    .. 'trust = "staff", upstream = "http://127.0.0.1:8080" }',
}
pages.W213 = {
  title = "a need that may be late because of a function",
  text = "A function may say something that leaves a path's need unasked: "
    .. "ask.none, another trust, or need_certificate where the handshake does "
    .. "not ask for it. Whether it does is not known before it runs, so this "
    .. "is no proof; `yett test` can show the cases. With `late` on the paths "
    .. "it is a remark.",
  frame = "site",
  wrong = 'handshake = "never",\nrequest = function(req)\n'
    .. '  if req.method == "PUT" then return need_certificate { } end\nend,',
  right = 'handshake = "auto",\nrequest = function(req)\n'
    .. '  if req.method == "PUT" then return need_certificate { } end\nend,',
}
pages.W214 = {
  title = "a comparison that is never true",
  text = "Facts come in one form: methods in upper case, names in lower case "
    .. "and ASCII, paths from the slash on and in normal form, addresses "
    .. "without a network. A text of another form, or a value of another type, "
    .. "equals none of them, and the rule that it stands for does not exist.",
  frame = "site",
  wrong = 'request = function(req)\n'
    .. '  if req.method == "put" then return deny { } end\nend,',
  right = 'request = function(req)\n'
    .. '  if req.method == "PUT" then return deny { } end\nend,',
}
pages.W215 = {
  title = "a certificate that may not be there",
  text = "The function runs before the path's own rule decides, so that even "
    .. "where a certificate is required there may be none. Using it then is an "
    .. "error, and the client is refused with 500 instead of being told what "
    .. "is missing. Where the site itself requires one it is always there: who "
    .. "has none is refused before the function runs.",
  frame = "site",
  wrong = 'certificate = "request",\n'
    .. 'request = function(req)\n  if req.certificate.subject == "CN=Ada" '
    .. "then return allow { } end\nend,",
  right = 'certificate = "request",\n'
    .. 'request = function(req)\n  if req.certificate and '
    .. 'req.certificate.subject == "CN=Ada" then return allow { } end\nend,',
}
pages.W216 = {
  title = "a certificate that is not for its site's name",
  text = "Browsers look for the server name among the DNS names of the "
    .. "certificate (subjectAltName; the common name no longer counts). A star "
    .. "stands for one label. Clients refuse what is not there.",
  frame = "keys",
  wrong = 'site "portal.example" { key = "pki/shop.example", ... }',
  right = 'site "portal.example" { key = "pki/portal.example", ... }',
}
pages.W217 = {
  title = "a chain in the wrong order, or not whole",
  text = "The file has the site's own certificate first, then the one that "
    .. "issued it, and so on; the root may be left out. Many clients do not "
    .. "sort, and do not fetch what is missing. Where only the certificate is "
    .. "there and it tells where its issuer can be fetched, it is a remark.",
  frame = "keys",
  wrong = "cat issuer.pem other.pem >>pki/portal.pem",
  right = "cat portal.crt issuer.pem >pki/portal.pem",
}
pages.W218 = {
  title = "a path that refuses preflights, beside one that lets them pass",
  text = "A browser asks before a script of another origin may send certain "
    .. "requests, and never shows a certificate for that (CORS). On a path "
    .. "that requires one, the question is refused like any request, and the "
    .. "script fails. Where this is meant, say so. Told once a site, with the "
    .. "first of such paths.",
  frame = "site",
  wrong = 'path "/api" { certificate = "require", preflight = "allow" },\n'
    .. 'path "/files" { certificate = "require" },',
  right = 'path "/api" { certificate = "require", preflight = "allow" },\n'
    .. 'path "/files" { certificate = "require", preflight = "refuse" },',
}
pages.W219 = {
  title = "preflights that reach no path",
  text = "A site that requires a certificate does so in the handshake, for "
    .. "every request. Browsers send CORS preflights on connections that show "
    .. "none, so that these never come to a path that would let them pass.",
  frame = "site",
  wrong = 'certificate = "require",\n'
    .. 'path "/api" { preflight = "allow" },',
  right = 'path "/" { certificate = "require" },\n'
    .. 'path "/api" { certificate = "require", preflight = "allow" },',
}
pages.W220 = {
  title = "a certificate without its OCSP response",
  text = "The file that ocsp names holds no response that is about this "
    .. "certificate, good, signed by its issuer and within its dates; or the "
    .. "certificate says that it must be stapled and no file is named. The "
    .. "gateway starts, staples nothing and looks at the file each second. "
    .. "Clients refuse a certificate that must be stapled and is not.",
  frame = "keys",
  wrong = 'key = { cert = "shop.pem", key = "shop.key", ocsp = "old.ocsp" },',
  right = 'key = { cert = "shop.pem", key = "shop.key", ocsp = "shop.ocsp" },',
}
pages.W221 = {
  title = "a function that changes what outlives its decision",
  text = "A local outside of the function lives as long as the worker's copy "
    .. "of the policy. So a decision would depend on the ones before it: each "
    .. "worker counts for itself, a reload begins anew, and neither `yett "
    .. "explain` nor `yett test` can tell what happens.",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"\nlocal seen = 0\nsite "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080",\n'
    .. "  request = function(req)\n    seen = seen + 1\n"
    .. "    if seen > 9 then return deny { status = 429 } end\n  end,\n}",
  right = 'listen "127.0.0.1:8443"\nsite "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080",\n'
    .. "  request = function(req)\n"
    .. '    if req.query == "slow" then return deny { status = 429 } end\n'
    .. "  end,\n}",
}
pages.W222 = {
  title = "an authority that is none",
  text = "A certificate in `ca` says by its basicConstraints that it is no "
    .. "authority, or that of version 3 does not say that it is one: nothing "
    .. "that it signed is believed, and all that verifies is this certificate "
    .. "itself, shown by a client that has its key. Often the certificate of "
    .. "a server or of a person was named instead of its issuer's.",
  frame = "keys",
  wrong = 'trust "staff" { ca = "pki/ada.pem" }',
  right = 'trust "staff" { ca = "pki/staff-ca.pem" }',
}
pages.W223 = {
  title = "an authority without its revocation list",
  text = "A trust that has `crl` wants, of every certificate in a chain but "
    .. "the authority's own, the list of its issuer. There is none of this "
    .. "authority, so everybody whom it vouches for is refused: reason "
    .. "`revoked`, cause `crl_unavailable`.",
  frame = "keys",
  wrong = 'trust "staff" { ca = { "old-ca.pem", "new-ca.pem" }, '
    .. 'crl = "old-ca.crl" }',
  right = 'trust "staff" { ca = { "old-ca.pem", "new-ca.pem" },\n'
    .. '  crl = { "old-ca.crl", "new-ca.crl" } }',
}
pages.W224 = {
  title = "a certificate that is never there",
  text = "The function looks at the certificate, and none of the sites that "
    .. "use it ever asks for one: not for a path, not because of "
    .. "need_certificate, not by `handshake`. So what would depend on it never "
    .. "happens. To look at a certificate whoever has one, ask for it.",
  frame = "site",
  wrong = 'request = function(req)\n  if req.certificate and '
    .. 'req.certificate.subject == "CN=Ada" then return allow { } end\nend,',
  right = 'certificate = "request",\n'
    .. 'request = function(req)\n  if req.certificate and '
    .. 'req.certificate.subject == "CN=Ada" then return allow { } end\nend,',
}
pages.W225 = {
  title = "a shadow whose date has come",
  text = "Until the date of `before` whoever the rule would refuse was let in "
    .. "and told of; now the rule is enforced, as was meant. A remark: nothing "
    .. "is lost without the field.",
  frame = "site",
  wrong = 'path "/admin" { certificate = "require", '
    .. 'shadow = before "2020-03-01" },',
  right = 'path "/admin" { certificate = "require" },',
}
pages.W226 = {
  title = "an application that `yett run` has not",
  text = '"app:NAME" is an application in the same process. A program that '
    .. "embeds the gateway names its own; `yett run` has \"app:metrics\", and "
    .. "does not start with another. A remark: which program will load the "
    .. "policy, `yett check` cannot know.",
  frame = "keys",
  wrong = 'upstream = "app:metric",',
  right = 'upstream = "app:metrics",',
}
pages.W227 = {
  title = "a `tell` that tells nothing",
  text = "`tell` puts `why` into the answer, and there is none in the same "
    .. "declaration or verdict: `why` is not inherited. Whoever is refused "
    .. "reads only the title of the answer.",
  frame = "site",
  wrong = 'path "/admin" { certificate = "require", tell = true },',
  right = 'path "/admin" { certificate = "require", tell = true, '
    .. 'why = "staff only" },',
}
pages.W228 = {
  title = "a path that is compared in another form",
  text = "Requests are compared in their normal form: runs of slashes are one, "
    .. "and what needs no escape has none. So is the path of a rule, but then "
    .. "it is not what its reader sees, nor what messages and logs call it.",
  frame = "site",
  wrong = 'path "/files//%61rchive" { },',
  right = 'path "/files/archive" { },',
}
pages.W229 = {
  title = "a load balancer that anybody may be",
  text = "Who is in `from` says in the head of the PROXY protocol whose "
    .. "connection it is, and is believed: that is the client's address for "
    .. "rules, limits, logs and upstreams. `from` has all addresses, so that "
    .. "everybody who can connect may claim to be anybody. A firewall before "
    .. "the listener is no reason for it: then the balancers are known.",
  frame = "top",
  wrong = 'listen { "0.0.0.0:9443", '
    .. 'proxy_protocol = { from = "0.0.0.0/0" } }',
  right = 'listen { "0.0.0.0:9443", '
    .. 'proxy_protocol = { from = "10.1.2.0/28" } }',
}
pages.W230 = {
  title = "a setting that waits for a restart",
  text = "A reload changes all but the number of threads: each has sockets, "
    .. "connections and memory of its own, which go on. The policy is in "
    .. "force, and the gateway works with as many `workers` as it was started "
    .. "with until it is started again. Told by a reload only: "
    .. "`yett check` cannot know what runs.",
  frame = "keys",
  wrong = "gateway { workers = 8 } -- and a reload, where 4 run",
  right = "gateway { workers = 8 } -- and a restart",
}
pages.W240 = {
  title = "an upstream that has no address yet",
  text = "The name of the upstream cannot be resolved, or the resolver takes "
    .. "longer than a load waits, ten seconds for all names. That keeps "
    .. "nobody from starting: requests to it are answered with 503, failure "
    .. "`unresolved`, and the name is looked up each second until it has an "
    .. "address; the events `upstream-unresolved` and `upstream-resolved` tell. "
    .. "`--strict` refuses.",
  frame = "keys",
  wrong = 'upstream = "http://no-such-host.invalid:8080",',
  right = 'upstream = "http://127.0.0.1:8080",',
}
pages.W241 = {
  title = "a file of a trust that cannot be used",
  text = "An authority's certificate or a revocation list is missing, is no "
    .. "such file, is a list that its authority did not sign or that RFC 5280 "
    .. "makes no use of alone (a delta, an indirect one, one for some reasons "
    .. "only), or is past its nextUpdate. Whom it would let in is refused, "
    .. "without one of its lists everybody who shows a certificate for that "
    .. "trust; all else runs. `--strict` refuses such a policy.",
  frame = "keys",
  wrong = 'trust "staff" { ca = "demo/staff-ca.pem", crl = "missing.crl" }',
  right = 'trust "staff" { ca = "demo/staff-ca.pem" }',
}
pages.W242 = {
  title = "names of authorities that are too long to be sent",
  text = "With the question for a certificate go the names of the trust's "
    .. "authorities, so that a client offers only what fits. They have room in "
    .. "64 KiB, and not all clients read so many: where they take more than "
    .. "48 KiB, none are sent, and a client offers whatever it has. Who is let "
    .. "in does not change. `names = false` in the trust says that this is "
    .. "meant.",
  frame = "keys",
  wrong = 'trust "list" { ca = "demo/staff-ca.pem" } -- with 400 authorities',
  right = 'trust "list" { ca = "demo/staff-ca.pem", names = false }',
}
pages.W243 = {
  title = "a certificate that is not for its use",
  text = "The extended key usage of a site's certificate lacks serverAuth, so "
    .. "that clients refuse it; or that of the certificate which is shown to "
    .. "an upstream lacks clientAuth, so that the upstream may refuse it.",
  frame = "keys",
  wrong = 'site "portal.example" { key = "demo/ada" } -- a client\'s',
  right = 'site "portal.example" { key = "demo/portal" }',
}

return pages
