-- SPDX-License-Identifier: Apache-2.0
-- `connections` holds from the moment on in which it is in force, also where
-- idle links are of a time without it, and keeps nobody out for them.
local reply = "HTTP/1.1 204 No Content\r\n\r\n"
local upstream = rig.upstream { paths = {
  ["/hold"] = { { "body" }, reply },
} }
local without = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
local gateway = rig.gateway {
  upstream = upstream, workers = 2, policy = without,
}

-- It is under way until its body is there.
local function hold(client)
  client:send("PUT /hold HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 1\r\n\r\n")
end
local function go_on(client)
  client:send "."
  expect(client:answer().status):is(204)
end

-- The kernel gives each worker some of these; all have a request at once.
local clients = {}
for i = 1, 12 do
  clients[i] = gateway:connect { sni = "shop.test",
    tls = i % 2 == 0 and "1.2" or "1.3" }
end
local function fill()
  local before = upstream.requests
  for _, client in ipairs(clients) do hold(client) end
  upstream:await(before + #clients)
  for _, client in ipairs(clients) do go_on(client) end
end

local function stays_within_one()
  for i, client in ipairs(clients) do
    expect(client:get("/").status, "client " .. i):is(200)
  end
  local before = upstream.requests
  hold(clients[1])
  upstream:await(before + 1)
  for i = 2, #clients do
    expect(clients[i]:get("/").status, "client " .. i):is(503)
  end
  go_on(clients[1])
  expect(upstream.requests):is(before + 1)
end

fill()
expect(gateway:reload [[
  site "shop.test" {
    key = "server", upstream = { "$upstream", connections = 1 },
  }
]]):is(true)
stays_within_one()

-- And where only a path has it, what the site has under way counts.
expect(gateway:reload [[
  site "shop.test" {
    key = "server", upstream = "$upstream",
    path "/one" { upstream = { "$upstream", connections = 1 } },
  }
]]):is(true)
fill()
local before = upstream.requests
hold(clients[1])
upstream:await(before + 1)
expect(clients[2]:get("/one").status):is(503)
expect(clients[2]:get("/").status):is(200)
go_on(clients[1])
for i, client in ipairs(clients) do
  expect(client:get("/one").status, "client " .. i):is(200)
end
