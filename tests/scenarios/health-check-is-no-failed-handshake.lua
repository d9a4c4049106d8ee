-- SPDX-License-Identifier: Apache-2.0
-- Who connects and goes away before a handshake, by an end or by a reset, as
-- the health checks of load balancers do every second, has failed at nothing:
-- it is counted as abandoned, and the log says nothing of it.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/metrics" { upstream = "app:metrics" },
    }
  ]],
}
local look = gateway:connect { sni = "shop.test" }

local function count(outcome)
  return rig.metric(look, 'yett_handshakes_total{outcome="' .. outcome .. '"}')
end

local function abandoned(n)
  local deadline = rig.now() + 10
  while count "abandoned" < n and rig.now() < deadline do rig.pass(0.02) end
  return count "abandoned"
end

local half_a_head = "\x16\x03\x01\x01"
local before = gateway:said()
gateway:dial():close()
expect(abandoned(1)):is(1)
gateway:dial():reset()
expect(abandoned(2)):is(2)
for i, leave in ipairs { "close", "reset" } do
  local client = gateway:dial()
  client:push(half_a_head)
  client[leave](client)
  expect(abandoned(2 + i)):is(2 + i)
end
expect(count "failed"):is(0)
expect(gateway:said()):is(before)

-- What is no TLS has failed.
local client = gateway:dial()
client:push "GET / HTTP/1.1\r\n\r\n"
gateway:await "handshake-failed"
expect(count "failed"):is(1)
expect(look:get("/").status):is(200)
