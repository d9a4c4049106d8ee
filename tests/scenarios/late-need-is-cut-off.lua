-- SPDX-License-Identifier: Apache-2.0
-- late = "httpsys-reset": a late need gets no answer at all but a reset; what
-- was asked before it is served, and the log tells.
local http = dofile(rig.source .. "/tests/rig/http.lua")
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "' .. rig.folder .. '/cut", format = "json" }',
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require", late = "httpsys-reset" },
    }
  ]],
}

for turn, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/").status):is(200)
  client:send "GET /pay HTTP/1.1\r\nHost: shop.test\r\n\r\n"
  expect(client:ending()):is "reset"
  local count = 3 * turn - 1
  local line = http.decode_json(gateway:access("cut", count)[count])
  expect(line.path):is "/pay"
  expect(line.status):is(444)
  expect(line.reason):is "late"
  expect(line.win32):is(1236)
  expect(line.bytes):is(0)

  -- A body on its way changes nothing.
  client = gateway:connect { sni = "shop.test", tls = version }
  client:send("POST /pay HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 100000\r\n\r\nabc")
  expect(client:ending()):is "reset"
  gateway:access("cut", count + 1)
end
expect(upstream.requests):is(2)
