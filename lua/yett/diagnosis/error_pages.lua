-- SPDX-License-Identifier: Apache-2.0
-- The page of each code: what it means and why, wrong and right code. The code
-- is the part of a policy that `frame` says: "site" stands inside of a site,
-- "top" beside one, "file" is all of it. Frame "keys" is not loaded by the
-- tests: what is wrong is in a file or in the system.

local pages = {}

pages.E001 = {
  title = "a comma is missing between two fields",
  text = "Fields of a table are separated by commas. Lua notices at the next "
    .. "word only; the mark stands where the comma belongs.",
  frame = "site",
  wrong = 'handshake = "auto"\ncase = "sensitive",',
  right = 'handshake = "auto",\ncase = "sensitive",',
}
pages.E002 = {
  title = "malformed",
  text = "The file is no Lua: often a word of another language, such as && "
    .. "for `and`, != for `~=` or : for =.",
  frame = "site",
  wrong = 'handshake: "auto",',
  right = 'handshake = "auto",',
}
pages.E003 = {
  title = "something is never closed",
  text = "A brace, bracket, quote or block is open at the end of the file. The "
    .. "mark stands at what was opened.",
  frame = "top",
  wrong = 'local one = set { "GET"',
  right = 'local one = set { "GET" }',
}
pages.E004 = {
  title = "not a text",
  text = "A policy is text. Compiled Lua is never loaded, for it could do what "
    .. "no text can.",
  frame = "file",
  wrong = "\27Lua",
  right = 'listen "127.0.0.1:8443"\nsite "portal.example" { key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080" }',
}
pages.E005 = {
  title = "data, or another server's configuration",
  text = "Policies are Lua, whose tables look like configurations and are not: "
    .. "fields have a = and a comma. A file that begins with a brace is JSON. "
    .. "What a policy declares "
    .. "can be exported as JSON and compared, but a policy is loaded from Lua, "
    .. "so that messages name the line that a person wrote: `yett export --lua "
    .. "FILE.json` writes it.",
  frame = "file",
  wrong = '{ "listen": [], "site": [] }',
  right = 'listen "127.0.0.1:8443"\nsite "portal.example" { key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080" }',
}
pages.E101 = {
  title = "a field that is not known",
  text = "A misspelt field that were passed over could leave a path open, so "
    .. "every field must be one of the words for its place.",
  frame = "site",
  wrong = 'path "/admin" { certifcate = "require" },',
  right = 'path "/admin" { certificate = "require" },',
}
pages.E102 = {
  title = "a word that is none of those allowed here",
  text = "The field takes one of a few words. The help line lists them.",
  frame = "site",
  wrong = 'path "/admin" { certificate = "required" },',
  right = 'path "/admin" { certificate = "require" },',
}
pages.E103 = {
  title = "a malformed name",
  text = "A site is a server name as a browser sends it in SNI: no scheme, no "
    .. "port, no address. A trust needs any name.",
  frame = "top",
  wrong = 'site "https://cert.example:8443" { key = "k", '
    .. 'upstream = "http://127.0.0.1:8080" }',
  right = 'site "cert.example" { key = "k", '
    .. 'upstream = "http://127.0.0.1:8080" }',
}
pages.E104 = {
  title = "a malformed path",
  text = "A path starts with a slash and is in its normal form: that is what "
    .. "requests are compared in, so it has no '.' and no '..', and at most 64 "
    .. "segments. Queries are never matched.",
  frame = "site",
  wrong = 'path "admin" { certificate = "none" },',
  right = 'path "/admin" { certificate = "none" },',
}
pages.E105 = {
  title = "a need without a trust",
  text = "To require a certificate of anybody at all protects nothing: "
    .. "somebody must have issued it. Name the authorities by a trust.",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"\nsite "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080",\n'
    .. '  path "/admin" { certificate = "require" },\n}',
  right = 'listen "127.0.0.1:8443"\ntrust "staff" { ca = "ca.pem" }\n'
    .. 'site "portal.example" {\n'
    .. '  key = "portal", upstream = "http://127.0.0.1:8080",\n'
    .. '  path "/admin" { certificate = "require", trust = "staff" },\n}',
}
pages.E106 = {
  title = "a trust that is not declared",
  text = "The name stands for authorities that are declared by trust \"NAME\" "
    .. "{ ca = ... }, in any file of the policy.",
  frame = "site",
  wrong = 'path "/admin" { certificate = "require", trust = "staf" },',
  right = 'path "/admin" { certificate = "require", trust = "staff" },',
}
pages.E107 = {
  title = "the wrong type",
  text = "The field takes another type of value: a string in quotes, a number "
    .. "without, a table in braces. In a function: texts are not added, and a "
    .. "text is not less than a number, so that such a line would fail.",
  frame = "site",
  wrong = "late = 0x80070032,",
  right = "late = { status = 500, hresult = 0x80070032 },",
}
pages.E108 = {
  title = "out of range",
  text = "The type is right, the value is not one that can work. The help line "
    .. "tells the bounds. A text is UTF-8 and has no NUL.",
  frame = "site",
  wrong = "late = { status = 200 },",
  right = "late = { status = 403 },",
}
pages.E109 = {
  title = "declared twice",
  text = "Of two rules for the same paths one would have to lose, and which "
    .. "one "
    .. "would be a guess. Merge them. The same holds for a field that is set "
    .. "twice in one table: Lua would keep the last without a word.",
  frame = "site",
  wrong = 'path "/a" { certificate = "none" },\n'
    .. 'path "/a/" { certificate = "request" },',
  right = 'path "/a" { certificate = "request" },',
}
pages.E110 = {
  title = "a field that is needed is missing",
  text = "There is no default that would be right: a site needs a key and an "
    .. "upstream, a trust needs a CA.",
  frame = "top",
  wrong = 'site "cert.example" { upstream = "http://127.0.0.1:8080" }',
  right = 'site "cert.example" { key = "demo/cert", '
    .. 'upstream = "http://127.0.0.1:8080" }',
}
pages.E111 = {
  title = "a malformed address",
  text = "A listener is a numeric address and a port. Names are not looked up: "
    .. "what is opened must not depend on a name server.",
  frame = "top",
  wrong = 'listen "localhost:8444"',
  right = 'listen "127.0.0.1:8444"',
}
pages.E112 = {
  title = "a malformed upstream",
  text = "An upstream is http://HOST:PORT, https://HOST:PORT, unix:/PATH of a "
    .. "socket, or app:NAME of an application in this process. Requests keep "
    .. "their own path. What goes over TLS goes over nothing else: all targets "
    .. "of an upstream are https, or none is.",
  frame = "site",
  wrong = 'path "/api" { upstream = "127.0.0.1:9000" },',
  right = 'path "/api" { upstream = "http://127.0.0.1:9000" },',
}
pages.E113 = {
  title = "a malformed identity",
  text = "What stands there can match no certificate: a SPIFFE ID starts with "
    .. "spiffe://, a fingerprint is a SHA-256 in hexadecimal digits.",
  frame = "site",
  wrong = 'path "/a" { certificate = "require", '
    .. 'identity = { spiffe = "acme.example/*" } },',
  right = 'path "/a" { certificate = "require", '
    .. 'identity = { spiffe = "spiffe://acme.example/*" } },',
}
pages.E114 = {
  title = "a path weaker than its site",
  text = "A site that requires a certificate refuses in the handshake, before "
    .. "there is a path: nothing on it can be public.",
  frame = "site",
  wrong = 'certificate = "require",\npath "/help" { certificate = "none" },',
  right = 'path "/help" { certificate = "none" },\n'
    .. 'path "/" { certificate = "require" },',
}
pages.E115 = {
  title = '"never" with something that asks',
  text = 'handshake = "never" means that nobody is asked. A site that '
    .. 'requires, '
    .. "or a client_hello function, cannot stand beside it.",
  frame = "site",
  wrong = 'handshake = "never",\ncertificate = "require",',
  right = 'handshake = "auto",\ncertificate = "require",',
}
pages.E116 = {
  title = 'a field that means nothing without "require"',
  text = "An identity that is only looked at when somebody shows one keeps "
    .. "nobody out; and what requires nothing has no shadow and no share.",
  frame = "site",
  wrong = 'path "/a" { certificate = "request", '
    .. 'identity = { dns = "*.example" } },',
  right = 'path "/a" { certificate = "require", '
    .. 'identity = { dns = "*.example" } },',
}
pages.E117 = {
  title = "a rule outside of a site, or something else inside",
  text = "path, exact and glob belong inside of a site, and a site holds "
    .. "nothing else without a name.",
  frame = "top",
  wrong = 'path "/admin" { certificate = "none" }',
  right = 'site "cert.example" { key = "k", upstream = "http://127.0.0.1:80", '
    .. 'path "/admin" { } }',
}
pages.E118 = {
  title = "not supported in this version",
  text = "The word is known and means something, but this version cannot do "
    .. "it. "
    .. "It is refused rather than passed over.",
  frame = "top",
  wrong = 'gateway { user = "yett" }',
  right = 'gateway { workers = 2 }',
}
pages.E119 = {
  title = "no site, or no listener",
  text = "The policy would serve nobody, for it has no site, or nothing that "
    .. "listens with TLS. Are all files of it in the folder?",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"',
  right = 'listen "127.0.0.1:8443"\nsite "portal.example" { key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080" }',
}
pages.E120 = {
  title = "data that cannot be read",
  text = "data \"FILE\" reads JSON, from the policy's own folder unless the "
    .. "name starts with a slash.",
  frame = "top",
  wrong = 'local partners = data "no-such-file.json"',
  right = 'local partners = { acme = "spiffe://acme.example/*" }',
}
pages.E121 = {
  title = "the policy contradicts itself or goes too far",
  text = "Declarations that cannot hold together: a late need is sent to a site "
    .. "that does not ask for the certificate either, so that people would go "
    .. "round in a circle; or the PROXY protocol is wanted where it cannot go.",
  frame = "site",
  wrong = 'handshake = "never",\npath "/admin" { certificate = "require",\n'
    .. '  late = { redirect = "https://portal.example{path}" } },',
  right = 'handshake = "never",\npath "/admin" { certificate = "require",\n'
    .. '  late = { redirect = "https://cert.example{path}" } },',
}
pages.E122 = {
  title = "a malformed matcher",
  text = "cidr, set and glob check what they are given when the policy loads, "
    .. "not when somebody comes.",
  frame = "top",
  wrong = 'local plant = cidr { "10.20.0.0/33" }',
  right = 'local plant = cidr { "10.20.0.0/16" }',
}
pages.E123 = {
  title = "two fields that exclude each other",
  text = "One of them leaves nothing to say for the other: a connection that "
    .. "is cut has no answer, and a redirect has its own status.",
  frame = "site",
  wrong = 'late = { close = "reset", status = 500 },',
  right = 'late = "httpsys-reset",',
}
pages.E124 = {
  title = "a malformed redirect",
  text = "A late need may be sent to another name of yours. The name is "
    .. "literal, so that no request can choose it; {path} and {query} stand "
    .. "at the end, in this order, for those of the request.",
  frame = "site",
  wrong = 'late = { redirect = "{path}" },',
  right = 'late = { redirect = "https://cert.portal.example{path}{query}" },',
}
pages.E125 = {
  title = "a module that cannot be used",
  text = "A module is a text file in the policy's folder, or below it, that "
    .. "returns a table. It is read and run once, however often it is used, "
    .. "and modules do not use each other in a circle.",
  frame = "top",
  wrong = 'local common = use "missing.lua"',
  right = 'local plant = cidr { "10.20.0.0/16" }',
}
pages.E126 = {
  title = "a module that declares",
  text = "What a policy serves, and whom it asks, stands in the policy itself, "
    .. "where its readers look for it. A module has functions and presets: "
    .. "tables that the policy names in its own declarations.",
  frame = "keys",
  wrong = 'trust "staff" { ca = "staff-ca.pem" }',
  right = 'return { late = { status = 403 } }',
}
pages.E301 = {
  title = "a name that is not defined",
  text = "Found in all branches of a function, not only in those that run. "
    .. "There is no io, os, require or load in a policy.",
  frame = "site",
  wrong = 'request = function(req)\n  if req.method == "PUT" then return '
    .. "alow { } end\nend,",
  right = 'request = function(req)\n  if req.method == "PUT" then return '
    .. "allow { } end\nend,",
}
pages.E302 = {
  title = "the policy itself failed",
  text = "An error while its files ran, before anything was served.",
  frame = "top",
  wrong = 'error "no"',
  right = 'local fine = true',
}
pages.E303 = {
  title = "a fact that is not there, or not yet",
  text = "What can be known depends on the time. In the handshake there is the "
    .. "server name, what is offered, and the address; path, method, headers "
    .. "and the certificate come later, and then nobody can be asked any more.",
  frame = "site",
  wrong = 'client_hello = function(hello)\n  if hello.path == "/admin" then '
    .. "return ask.require { } end\nend,",
  right = 'path "/admin" { certificate = "require" },',
}
pages.E304 = {
  title = "the budget is spent",
  text = "A decision has a bounded number of instructions, time and memory, "
    .. "and "
    .. "so has loading. A function that spends them refuses the client; it "
    .. "never lets in. Loop over bounded lists, or look up in `data`.",
  frame = "top",
  wrong = "while true do end",
  right = "for i = 1, 3 do end",
}
pages.E305 = {
  title = "an assignment to a global",
  text = "Globals would make one decision depend on another, and on the worker "
    .. "that makes it.",
  frame = "top",
  wrong = 'methods = set { "GET" }',
  right = 'local methods = set { "GET" }',
}
pages.E306 = {
  title = "something else than a verdict is returned",
  text = "Verdicts are values, so that a misspelt one cannot pass as text. "
    .. "Returning nothing keeps what is declared.",
  frame = "site",
  wrong = 'client_hello = function(hello)\n  return "require"\nend,',
  right = "client_hello = function(hello)\n  return ask.require { }\nend,",
}
pages.E307 = {
  title = "a verdict that is not returned",
  text = "A verdict is a value: made and dropped, it changes nothing, and the "
    .. "declared rule stands. Nearly always `return` was forgotten.",
  frame = "site",
  wrong = 'request = function(req)\n  if req.method == "PUT" then '
    .. "deny { } end\nend,",
  right = 'request = function(req)\n  if req.method == "PUT" then '
    .. "return deny { } end\nend,",
}
pages.E308 = {
  title = "made once, not for each decision",
  text = "cidr, set, glob and data are compiled when the policy loads. In a "
    .. "function they would be made again for each client, so they are "
    .. "refused there.",
  frame = "file",
  wrong = 'listen "127.0.0.1:8443"\n'
    .. 'site "portal.example" {\n  key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080",\n  request = function(req)\n'
    .. '    local plant = cidr { "10.20.0.0/16" }\n'
    .. "    if not plant:contains(req.client_ip) then return deny { } end\n"
    .. "  end,\n}",
  right = 'listen "127.0.0.1:8443"\n'
    .. 'local plant = cidr { "10.20.0.0/16" }\n'
    .. 'site "portal.example" {\n  key = "portal", '
    .. 'upstream = "http://127.0.0.1:8080",\n  request = function(req)\n'
    .. "    if not plant:contains(req.client_ip) then return deny { } end\n"
    .. "  end,\n}",
}
pages.E501 = {
  title = "a key, certificate or priority string that cannot be used",
  text = "Looked at: whether the file is there and can be read; whether it is "
    .. "PEM; whether the key is that of the certificate, which must be the "
    .. "first in its file; whether GnuTLS "
    .. "understands the site's tls_priority; whether the file of ticket keys "
    .. "has the right form and is nobody else's to read. Relative names start "
    .. "from the policy's own folder.",
  frame = "keys",
  wrong = 'key = { cert = "demo/portal.pem", key = "demo/other.key" },',
  right = 'key = "demo/portal",',
}
pages.E502 = {
  title = "an upstream that cannot be used",
  text = "No application of that name is in this "
    .. "process, or what https needs cannot be read: the "
    .. "key that is shown. Whether it answers is not tried: it may start "
    .. "later. A name without an address is no error, but W240.",
  frame = "keys",
  wrong = 'upstream = "app:nothing",',
  right = 'upstream = "app:metrics",',
}
pages.E503 = {
  title = "a listener or a log that cannot be opened",
  text = "Another process has the port, the address is none of this machine, "
    .. "or the user may not; a log that is a FIFO has no reader yet; or the "
    .. "access log and the record are one file. `yett check --bind` tries what "
    .. "a start would.",
  frame = "keys",
  wrong = 'listen "192.0.2.1:443"',
  right = 'listen "127.0.0.1:8443"',
}
pages.E309 = {
  title = "a value that cannot be changed",
  text = "The request, the hello, `data` and matchers are only read: all "
    .. "workers share what is loaded, and a request goes to its upstream as it "
    .. "came. When the function runs the assignment fails, and a function that "
    .. "fails refuses with 500, policy_error.",
  frame = "site",
  wrong = 'request = function(req)\n  req.path = "/login"\nend,',
  right = 'request = function(req)\n  if req.path == "/" then\n'
    .. '    return redirect { location = "https://portal.example/login" }\n'
    .. "  end\nend,",
}
pages.E401 = {
  title = "a test that tests nothing",
  text = "A test without a request, or a request of which nothing is expected, "
    .. "would pass whatever the policy does. So would expect { }.",
  frame = "test",
  wrong = 'test "staff only" { get "https://portal.example/admin" }',
  right = 'test "staff only" { get "https://portal.example/admin",\n'
    .. "  expect { status = 403 } }",
}
pages.E402 = {
  title = "an expectation without a request",
  text = "expect is about the request before it.",
  frame = "test",
  wrong = 'test "staff only" { expect { status = 403 },\n'
    .. '  get "https://portal.example/admin" }',
  right = 'test "staff only" { get "https://portal.example/admin",\n'
    .. "  expect { status = 403 } }",
}
pages.E403 = {
  title = "a field that could belong to several requests",
  text = "Beside one request its fields may stand in the test itself; beside "
    .. "several each needs its own.",
  frame = "test",
  wrong = 'test "both" { get "https://portal.example/a", method = "PUT",\n'
    .. '  get "https://portal.example/b", expect { status = 403 } }',
  right = 'test "both" { get "https://portal.example/a",\n  expect { status = 200 },\n'
    .. '  get "https://portal.example/b", expect { status = 403 } }',
}
pages.E404 = {
  title = "a request of a test is no request",
  text = "A test names the address as a browser would: https, the server name, "
    .. "and the path as it is sent.",
  frame = "test",
  wrong = 'get "portal.example/admin",',
  right = 'get "https://portal.example/admin",',
}

for code, page in pairs(require "yett.diagnosis.warning_pages") do
  pages[code] = page
end

return pages
