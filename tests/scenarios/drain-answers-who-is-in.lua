-- SPDX-License-Identifier: Apache-2.0
-- Whoever connected before the end gets an answer: in the queue of the listener,
-- in the handshake, before its first request; and it says that it is the last.
local upstream = rig.upstream()
local policy = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]

local function start(settings)
  return rig.gateway { upstream = upstream, workers = 2, policy = policy,
    settings = settings }
end

for _, version in ipairs { "1.2", "1.3" } do
  local gateway = start()
  local known = gateway:connect { sni = "shop.test", tls = version }
  expect(known:get("/").status):is(200)
  local fresh = gateway:connect { sni = "shop.test", tls = version }
  gateway.process:signal "TERM"
  expect((gateway:await "draining" or {}).event):is "draining"
  -- One that had its answers is closed, one that had none waits for its first.
  expect(known:answer().status):is(0)
  local answer = fresh:get "/"
  expect(answer.status):is(200)
  expect(answer.header.connection):is "close"
  expect(gateway.process:wait(10)):is(0)
end

-- A client that never asks keeps it no longer than a head may take.
local gateway = start 'timeouts = { head = "300ms" }'
local silent = gateway:connect { sni = "shop.test" }
gateway.process:signal "TERM"
expect(gateway.process:wait(5)):is(0)
silent:close()

-- Twelve clients that connect for each request lose none.
for _ = 1, 5 do
  gateway = start()
  local load = gateway:load { sni = "shop.test", path = "/", threads = 12,
    per_connection = 1 }
  while load:done() < 200 do rig.pass(0.01) end
  gateway.process:signal "TERM"
  expect(gateway.process:wait(20)):is(0)
  local _, _, first = load:stop()
  expect(load:lost(), first):is(0)
end

-- For a while it goes on accepting, and says that connections end.
gateway = start 'timeouts = { drain_delay = "600ms" }'
local known = gateway:connect { sni = "shop.test" }
expect(known:get("/").header.connection):is(nil)
gateway.process:signal "TERM"
expect((gateway:await "draining" or {}).event):is "draining"
local late = gateway:connect { sni = "shop.test" }
expect(late:get("/").header.connection):is "close"
expect(known:get("/").header.connection, "an idle one was kept"):is "close"
expect(gateway.process:wait(5)):is(0)
