-- SPDX-License-Identifier: Apache-2.0
-- There is no state in which a silent client costs processor time: the
-- time of the process while 1,000 clients stall in each phase.
local count = rig.sanitized and 60 or 1000
local upstream = rig.upstream { paths = { ["/hold"] = { { "hold" },
  "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" } } }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'limits = { connections_per_address = 8000 }, timeouts = { '
    .. 'handshake = "5m", head = "5m", body = "5m", idle = "5m" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

-- Resumed handshakes, so that a thousand are made soon.
local tickets = {}
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:get "/"
  tickets[version] = client:ticket()
  client:close()
end
local function connect(i)
  local version = i % 2 == 0 and "1.2" or "1.3"
  return gateway:connect { sni = "shop.test", tls = version,
    session = tickets[version] }
end

local phases = {
  ["nothing is sent"] = function() return gateway:dial() end,
  ["half a hello"] = function()
    local client = gateway:dial()
    client:send "\x16\x03\x01\x02\x00\x01\x00"
    return client
  end,
  ["no request"] = connect,
  ["half a head"] = function(i)
    local client = connect(i)
    client:send "GET / HTTP/1.1\r\nHost: sh"
    return client
  end,
  ["half a body"] = function(i)
    local client = connect(i)
    client:send("POST / HTTP/1.1\r\nHost: shop.test\r\n"
      .. "Content-Length: 9\r\n\r\nabc")
    return client
  end,
}
local function stalls(name, number, act)
  local clients = {}
  for i = 1, number do clients[i] = act(i) end
  rig.pass(0.2)
  local before = gateway.process:cpu()
  rig.pass(0.5)
  expect(gateway.process:cpu() - before, name):at_most(0.05)
  for _, client in ipairs(clients) do client:close() end
end

for name, act in pairs(phases) do
  stalls(name, name == "half a body" and count // 4 or count, act)
end
-- An origin that stalls, and a client that does not read.
stalls("no answer", count // 20, function(i)
  local client = connect(i)
  client:send(client:format { path = "/hold" })
  return client
end)
upstream:release()
