-- SPDX-License-Identifier: Apache-2.0
-- Limits of connections, of all and of an address, are of the whole process: of
-- many workers together exactly as many are let in, whichever worker the system
-- gives them to, and who ends makes room for one of another worker.
local upstream = rig.upstream()

local function start(limits)
  return rig.gateway {
    upstream = upstream, workers = 4,
    settings = "timeouts = { handshake = '60s' }, limits = { " .. limits
      .. " }",
    policy = [[
      site "shop.test" {
        key = "server", upstream = "$upstream",
        path "/metrics" { upstream = "app:metrics" },
      }
    ]],
  }
end

local function connect(gateway, n)
  local clients = {}
  for i = 1, n do
    clients[i] = gateway:connect { sni = "shop.test",
      tls = i % 2 == 0 and "1.2" or "1.3" }
    expect(clients[i]:get("/").status, "client " .. i):is(200)
  end
  return clients
end

--- What the metric says once it is `value`, or when patience is over.
local function becomes(client, name, value)
  local deadline = rig.now() + 10
  while rig.metric(client, name) ~= value and rig.now() < deadline do
    rig.pass(0.02)
  end
  return rig.metric(client, name)
end

local n = 13
local gateway = start("connections = " .. n)
local clients = connect(gateway, n)
local waiting = {}
for i = 1, 6 do waiting[i] = gateway:dial() end
expect(gateway:await "connections-full"):is_not(nil)
rig.pass(0.1)
expect(rig.metric(clients[1], "yett_connections_open")):is(n)
expect(rig.metric(clients[1], "yett_connections_total")):is(n)
for i = 1, #waiting do
  clients[#clients]:close()
  clients[#clients] = nil
  expect(becomes(clients[1], "yett_connections_total", n + i)):is(n + i)
  expect(becomes(clients[1], "yett_connections_open", n)):is(n)
end

gateway = start("connections_per_address = " .. n)
clients = connect(gateway, n)
for _ = 1, 6 do
  expect(gateway:dial():ending()):is_one_of { "closed", "reset" }
end
for i = 2, n do clients[i]:close() end
expect(becomes(clients[1], "yett_connections_open", 1)):is(1)
connect(gateway, n - 1)
expect(gateway:dial():ending()):is_one_of { "closed", "reset" }
