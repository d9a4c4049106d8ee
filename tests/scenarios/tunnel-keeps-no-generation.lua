-- SPDX-License-Identifier: Apache-2.0
-- A tunnel of each of many generations keeps none of them in memory, and is
-- logged as what it was.
local upstream = rig.upstream { paths = { ["/socket"] = {
  "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
    .. "Upgrade: websocket\r\n\r\n", { "hold" },
} } }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "access.log" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream", path "/socket" {},
    }
    for i = 1, 4000 do
      site("s" .. i .. ".test") { key = "server", upstream = "$upstream" }
    end
  ]],
}

local function open()
  local client = gateway:connect { sni = "shop.test" }
  client:send "GET /socket HTTP/1.1\r\nHost: shop.test\r\n"
  client:send "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
  expect(client:answer().status):is(101)
  return client
end

local one = gateway.process:memory()
local tunnels = { open() }
expect((gateway:reload())):is(true)
local two = gateway.process:memory()
for i = 2, 8 do
  tunnels[i] = open()
  expect((gateway:reload())):is(true)
  rig.pass(1.2) -- the caretaker has looked
end
if not rig.sanitized then -- their allocators keep what is freed
  expect(gateway.process:memory() - two):at_most(2 * (two - one) + 4096)
end
upstream:release()
for _, tunnel in ipairs(tunnels) do tunnel:close() end
local lines = gateway:access("access.log", 8)
expect(#lines):is(8)
expect(lines[1]):contains '"path":"/socket"'
expect(lines[1]):contains '"site":"shop.test"'
expect(lines[1]):contains(('"upstream":"%s'):format(upstream.url))
