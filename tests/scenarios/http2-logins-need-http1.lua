-- SPDX-License-Identifier: Apache-2.0
-- A login that belongs to a connection has no place where many requests share
-- one: the client is sent to HTTP/1.1, other requests go on, and nothing of the
-- login stays behind.
local challenge = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: %s\r\n"
  .. "Content-Length: 2\r\n\r\nno"
local upstream = rig.upstream { paths = {
  ["/negotiate"] = { challenge:format "Negotiate" },
  ["/ntlm"] = { challenge:format 'Basic realm="x", NTLM' },
  ["/basic"] = { challenge:format 'Basic realm="x"' },
} }
local gateway = rig.gateway {
  upstream = upstream, settings = 'log = { access = "access.log" }',
  policy = [[ site "shop.test" { key = "server", upstream = "$upstream" } ]],
}

local client = gateway:connect_h2 { sni = "shop.test" }
expect(client:get("/basic").status):is(401)
for _, path in ipairs { "/negotiate", "/ntlm" } do
  local got = client:get(path)
  expect(got.status, path):is(0)
  expect(got.reset, path):is "HTTP_1_1_REQUIRED"
end
local before = upstream.requests
local got = client:get("/", { { "authorization", "NTLM TlRMTVNTUAAB" } })
expect(got.reset):is "HTTP_1_1_REQUIRED"
expect(upstream.requests):is(before) -- it was not forwarded
expect(client:get("/", { { "authorization", "Basic eDp5" } }).status):is(200)
local plain = client:get "/"
expect(plain.status):is(200)
expect(plain.body):is "hello"

local http1 = gateway:connect { sni = "shop.test" }
expect(http1:get("/negotiate").status):is(401)

local lines = table.concat(gateway:access("access.log", 7), "\n")
expect(lines):contains "login_needs_http1"
