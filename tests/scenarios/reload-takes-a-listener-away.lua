-- SPDX-License-Identifier: Apache-2.0
-- A reload may come in the middle of accepting, and take away the very listener
-- that is being accepted from.
local upstream = rig.upstream()
local policy = [[
  listen "%s:0"
  site "shop.test" {
    key = "server", upstream = "$upstream",
    client_hello = function(hello)
      local n = 0
      for i = 1, 20000 do n = n + i // 7 end
    end,
  }
]]
local gateway = rig.gateway { upstream = upstream,
  policy = policy:format "127.0.0.1" }

local function extension(number, body)
  return string.pack(">I2s2", number, body)
end

-- A whole ClientHello of TLS 1.2, so that accepting leads to a decision.
local name = "shop.test"
local extensions = extension(0, string.pack(">s2", "\0"
    .. string.pack(">s2", name)))
  .. extension(10, "\0\2\0\x17") .. extension(13, "\0\4\4\3\4\1")
local hello = "\3\3" .. ("r"):rep(32) .. "\0"
  .. string.pack(">s2", "\xc0\x2b\xc0\x2f") .. "\1\0"
  .. string.pack(">s2", extensions)
hello = "\x16\3\1" .. string.pack(">s2", "\1" .. string.pack(">I3", #hello)
  .. hello)

for _ = 1, 5 do
  local clients = {}
  gateway:write(policy:format "[::1]")
  gateway.process:signal "HUP"
  for i = 1, 150 do
    local core = rig.dial(gateway.port)
    if not core then break end
    core:send(hello)
    clients[i] = core
  end
  expect((gateway:await("reloaded", "reload-refused") or {}).event)
    :is "reloaded"
  for _, core in ipairs(clients) do core:close() end
  gateway:write(policy:format "127.0.0.1")
  gateway.process:signal "HUP"
  local event = gateway:await "listening" or {}
  gateway.port = math.tointeger(event.port)
  expect((gateway:await("reloaded", "reload-refused") or {}).event)
    :is "reloaded"
  local client = gateway:connect { sni = "shop.test" }
  expect(client:get("/").status):is(200)
  client:close()
end
expect(gateway:said()):lacks "accept-paused"
expect(gateway:stop()):is(0)
