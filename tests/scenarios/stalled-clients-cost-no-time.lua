-- SPDX-License-Identifier: Apache-2.0
-- A client that stalls costs no processor time (I-19), whatever the phase.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

local stalled = {}
for i = 1, 20 do
  local plain = gateway:dial()
  local half = gateway:dial()
  half:send "\x16\x03\x01\x02\x00\x01\x00"
  local idle = gateway:connect { sni = "shop.test",
    tls = i % 2 == 0 and "1.2" or "1.3" }
  local head = gateway:connect { sni = "shop.test",
    tls = i % 2 == 0 and "1.2" or "1.3" }
  head:send "GET / HTTP/1.1\r\nHost: sh"
  local body = gateway:connect { sni = "shop.test" }
  body:send("POST / HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 9\r\n\r\nabc")
  stalled[i] = { plain, half, idle, head, body }
end
expect(upstream:await(20)):is(20)
local before = gateway.process:cpu()
rig.pass(1)
expect(gateway.process:cpu() - before):at_most(0.1)
for _, clients in ipairs(stalled) do
  for _, client in ipairs(clients) do client:close() end
end
