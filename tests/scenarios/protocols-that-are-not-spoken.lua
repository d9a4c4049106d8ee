-- SPDX-License-Identifier: Apache-2.0
-- ALPN takes what is implemented: h2, http/1.1, or else http/1.0, and a ticket is
-- of the one that was taken; a site may do without h2.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream", http2 = false }
    site "new.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local function connect(alpn)
    return gateway:connect { sni = "shop.test", tls = version, alpn = alpn }
  end
  expect(connect({ "h2" }).failure):is "no_application_protocol"
  expect(connect({ "h3", "spdy/3" }).failure):is "no_application_protocol"
  local client = connect { "h2", "http/1.1" }
  expect(client.failure):is(nil)
  expect(client.alpn):is "http/1.1"
  expect(client:get("/").status):is(200)
  expect(connect(nil).alpn):is(nil)
  expect(gateway:connect({ sni = "new.test", tls = version,
    alpn = { "http/1.1", "h2" } }).alpn):is "h2"
  client = connect { "http/1.0", "http/1.1" }
  expect(client.alpn):is "http/1.1"
  client = connect { "h2", "http/1.0" }
  expect(client.failure):is(nil)
  expect(client.alpn):is "http/1.0"
  client:send "GET / HTTP/1.0\r\nHost: shop.test\r\n\r\n"
  expect(client:answer("GET").status):is(200)
end
-- Versions before 1.2 are off.
expect(gateway:connect({ sni = "shop.test",
  priority = "NORMAL:-VERS-ALL:+VERS-TLS1.1:+VERS-TLS1.0:%COMPAT" }).failure)
  :is "protocol_version"
