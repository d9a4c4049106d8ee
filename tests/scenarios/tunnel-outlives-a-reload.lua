-- SPDX-License-Identifier: Apache-2.0
-- A tunnel is decided once: a reload leaves it alone, also one that allows no
-- more of them; it has an idle deadline of its own; a drain lets it go on until
-- its end and cuts it then.
local upstream = rig.upstream { paths = {
  ["/chat"] = { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    .. "Connection: Upgrade\r\n\r\n", { "relay" } },
  ["/stays"] = { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    .. "Connection: Upgrade\r\n\r\n", { "shut" }, { "drain" } },
} }
local function policy(upgrade)
  return ([[
    site "shop.test" {
      key = "server", upstream = "$upstream", upgrade = "%s",
    }
  ]]):format(upgrade)
end
local function start(timeouts)
  return rig.gateway { upstream = upstream, policy = policy "websocket",
    settings = "timeouts = { " .. timeouts .. " }" }
end
local function open(gateway, version, path)
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:request { path = path or "/chat", headers = {
    Connection = "Upgrade", Upgrade = "websocket" } }
  return client, answer.status
end
local function echoes(client, text)
  client:send(text)
  expect(client:take(#text)):is(text)
end

local gateway = start 'idle = "200ms", body = "200ms", drain = "700ms"'
local clients = {}
for _, version in ipairs { "1.2", "1.3" } do
  local client, status = open(gateway, version)
  expect(status):is(101)
  clients[#clients + 1] = client
  echoes(client, "before")
end
expect((gateway:reload(policy "none"))):is(true)
expect(select(2, open(gateway, "1.3"))):is(502) -- and it was not asked for
expect(upstream:last().header.upgrade):is(nil)
rig.pass(0.4) -- longer than any other wait may last
for _, client in ipairs(clients) do echoes(client, "after") end

local began = rig.now()
gateway.process:signal "TERM"
for _, client in ipairs(clients) do echoes(client, "draining") end
for _, client in ipairs(clients) do
  expect(client:ending()):is_one_of { "closed", "cut", "reset" }
end
expect(rig.now() - began):at_least(0.5)
expect(gateway.process:wait(10)):is(0)
expect(gateway:said()):contains "drain-cut"

gateway = start 'tunnel = "600ms", body = "300ms"'
for _, version in ipairs { "1.2", "1.3" } do
  local client = open(gateway, version)
  for i = 1, 4 do
    rig.pass(0.25)
    echoes(client, "still " .. i)
  end
  began = rig.now()
  expect(client:ending()):is "closed"
  expect(rig.now() - began):at_least(0.4)

  -- When one half has ended the other goes on, until it is silent, too.
  client = open(gateway, version, "/stays")
  expect(client:ending()):is "closed"
  client.ended = nil
  for _ = 1, 6 do
    rig.pass(0.2)
    expect(client:send "x"):is(true)
  end
  local before = rig.now()
  rig.pass(0.8)
  repeat rig.pass(0.05) until not client:send "y" or rig.now() > before + 8
  expect(rig.now() - before):at_most(8)
end
