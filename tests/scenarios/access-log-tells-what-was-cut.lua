-- SPDX-License-Identifier: Apache-2.0
-- A client that cuts the connection does not keep its request out of the access
-- log: not while its own body is awaited, nor in the middle of an answer.
local upstream = rig.upstream { paths = {
  ["/down"] = { "HTTP/1.1 200 OK\r\nContent-Length: 16777216\r\n\r\n",
    { "pour", 16 << 20 } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "' .. rig.folder .. '/cut", format = "json" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local http = dofile(rig.source .. "/tests/rig/http.lua")

local count = 0
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:send(client:format { path = "/down" })
  client:fill()
  client.core:reset()
  count = count + 1
  local line = http.decode_json(gateway:access("cut", count)[count] or "") or {}
  expect(line.path):is "/down"
  expect(line.status):is(200)

  client = gateway:connect { sni = "shop.test", tls = version }
  client:send("POST /up HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 9\r\n\r\nabc")
  client:close()
  count = count + 1
  line = http.decode_json(gateway:access("cut", count)[count] or "") or {}
  expect(line.path):is "/up"
  expect(line.status):is(0)
end
