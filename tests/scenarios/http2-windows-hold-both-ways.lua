-- SPDX-License-Identifier: Apache-2.0
-- A client that reads nothing stops the upstream, an upstream that reads nothing
-- stops the client; other streams of the connection go on, and what waits is
-- bounded.
local upstream = rig.upstream {
  paths = {
    ["/big"] = { "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
      .. ("x"):rep(1000000) },
  },
}
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

-- A stream whose window is closed holds what fits into it, and no other one.
local client = gateway:connect_h2 { sni = "shop.test",
  settings = { { 4, 1000 } } } -- SETTINGS_INITIAL_WINDOW_SIZE
client.mean = true
client:frame("WINDOW_UPDATE", 0, 0, string.pack(">I4", 2000000))
local big = client:start { path = "/big" }
client:until_(function(self)
  return self.streams[big] and #self.streams[big].body == 1000
end)
expect(#client.streams[big].body):is(1000)
expect(client:get("/small").body):is "hello"
expect(#client.streams[big].body):is(1000)
client:frame("WINDOW_UPDATE", 0, big, string.pack(">I4", 2000000))
expect(#client:answer(big).body):is(1000000)

-- The window of a stream that nobody reads: the client may send no more.
client = gateway:connect_h2 { sni = "shop.test" }
local fast = client:start { method = "POST", path = "/up", open = true }
for _ = 1, 40 do -- the window opens as the upstream takes what came
  client:data(fast, ("z"):rep(10000))
  while client:read(0.05) do end
end
client:data(fast, "", true)
expect(client:answer(fast).status):is(200)
expect(#upstream:last().body):is(400000)
