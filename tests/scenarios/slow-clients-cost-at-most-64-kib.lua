-- SPDX-License-Identifier: Apache-2.0
-- A slow client costs at most 64 KiB over an idle one, whatever it is slow in,
-- and an idle one holds no buffers.
if rig.sanitized then
  rig.skip "the allocators of sanitizers keep what is freed"
end
local count, most = 60, 64 << 10
local size = 8 << 20
local upstream = rig.upstream { paths = {
  ["/down"] = { ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"):format(size),
    { "pour", size } },
  ["/to-the-end"] = { "HTTP/1.1 200 OK\r\n\r\n", { "pour", size } },
  ["/tunnel"] = { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    .. "Connection: Upgrade\r\n\r\n", { "pour", size } },
  ["/up"] = { { "hold" }, { "body" } },
} }
-- What each of `count` clients costs that `act(client)`s after a request; a
-- fresh process, for memory that was freed hides what is used.
local function cost(act)
  local gateway = rig.gateway {
    upstream = upstream,
    settings = 'timeouts = { head = "1m", body = "1m" }',
    policy = [[
      site "shop.test" { key = "server", upstream = "$upstream" }
    ]],
  }
  local process = gateway.process
  local function connect(i)
    local client = gateway:connect { sni = "shop.test", window = 4096,
      tls = i % 2 == 0 and "1.2" or "1.3" }
    client:get "/"
    return client
  end
  local function settled()
    local last
    repeat
      last = process:memory()
      rig.pass(0.1)
    until process:memory() <= last
    return last
  end
  for i = 1, 4 do connect(i):close() end
  local before = settled()
  local clients = {}
  for i = 1, count do
    clients[i] = connect(i)
    act(clients[i])
  end
  local each = (settled() - before) // count
  for _, client in ipairs(clients) do client:reset() end
  clients = nil
  gateway:stop()
  return each
end

local body = ("u"):rep(1 << 20)
local head = ("POST /up HTTP/1.1\r\nHost: shop.test\r\nContent-Length: %d\r\n\r\n")
  :format(size)
local ways = {
  { "does not read", function(client)
    client:send(client:format { path = "/down" })
  end },
  { "does not read chunks", function(client)
    client:send(client:format { path = "/to-the-end" })
  end },
  { "does not read a tunnel", function(client)
    client:send(client:format { path = "/tunnel", headers = {
      Connection = "Upgrade", Upgrade = "websocket" } })
  end },
  { "asks and asks, and does not read", function(client)
    client:push(client:format({ path = "/?" .. ("q"):rep(200) }):rep(2000),
      0.01)
  end },
  { "sends what the origin does not take", function(client)
    client:send(head)
    client:push(body, 0.01)
  end },
  { "sends half a head", function(client)
    client:send("GET / HTTP/1.1\r\nHost: shop.test\r\nA: " .. ("h"):rep(20000))
  end },
}
local idle = cost(function() end)
print(("# an idle client: %d bytes"):format(idle))
expect(idle, "idle"):at_most(32 << 10)
for _, way in ipairs(ways) do
  local each = cost(way[2]) - idle
  print(("# one that %s: %d bytes more"):format(way[1], each))
  expect(each, way[1]):at_most(most)
end
upstream:release()
