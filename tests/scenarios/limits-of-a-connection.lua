-- SPDX-License-Identifier: Apache-2.0
-- One address has its share of connections and no more, and a connection
-- its share of requests.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  settings = "limits = { connections_per_address = 3, "
    .. "requests_per_connection = 2 }",
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local function connect()
    return gateway:connect { sni = "shop.test", tls = version }
  end
  local clients = {}
  for i = 1, 3 do
    clients[i] = connect()
    expect(clients[i]:get("/").status):is(200)
  end
  for _ = 1, 3 do
    expect(gateway:dial():ending()):is_one_of { "closed", "reset" }
  end
  expect(clients[2]:get("/").header.connection):is "close"
  expect(clients[2]:ending()):is "closed"
  local another = connect()
  expect(another:get("/").status):is(200)
  another:close()
  for i = 1, 3 do clients[i]:close() end
  rig.pass(0.1)
end
expect(gateway:said()):contains "address-full"
