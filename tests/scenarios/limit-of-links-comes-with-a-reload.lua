-- SPDX-License-Identifier: Apache-2.0
-- `connections` holds from the moment on in which it is in force, also where
-- idle links are of a time, or of another upstream, without it; and it keeps
-- nobody out for those that are idle.
local upstream = rig.upstream { paths = {
  ["/hold"] = { { "body" }, "HTTP/1.1 204 No Content\r\n\r\n" },
} }
local without = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
local with = [[
  site "shop.test" {
    key = "server", upstream = { "$upstream", connections = 1 },
  }
]]
local for_a_path = [[
  site "shop.test" {
    key = "server", upstream = "$upstream",
    path "/one" { upstream = { "$upstream", connections = 1 } },
  }
]]

-- A gateway, and clients of which the kernel gives each worker some.
local function start(policy)
  local gateway = rig.gateway {
    upstream = upstream, workers = 2, policy = policy,
  }
  local clients = {}
  for i = 1, 12 do
    clients[i] = gateway:connect { sni = "shop.test",
      tls = i % 2 == 0 and "1.2" or "1.3" }
  end
  return gateway, clients
end

-- A request that is under way until its body is there.
local function hold(client)
  local before = upstream.requests
  client:send("PUT /hold HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 1\r\n\r\n")
  upstream:await(before + 1)
  expect(upstream.requests):is(before + 1)
end
local function go_on(client)
  client:send "."
  expect(client:answer().status):is(204)
end

local function fill(clients)
  for _, client in ipairs(clients) do hold(client) end
  for _, client in ipairs(clients) do go_on(client) end
end

local function all_pass(clients, path)
  for i, client in ipairs(clients) do
    expect(client:get(path).status, "client " .. i):is(200)
  end
end

-- Of many idle links one comes into use.
local gateway, clients = start(without)
fill(clients)
expect(gateway:reload(with)):is(true)
hold(clients[1])
for i = 2, #clients do
  expect(clients[i]:get("/").status, "client " .. i):is(503)
end
go_on(clients[1])
all_pass(clients, "/")

-- The one idle link of a worker keeps nobody out in another one.
gateway, clients = start(without)
expect(clients[1]:get("/").status):is(200)
expect(gateway:reload(with)):is(true)
all_pass(clients, "/")

-- What the site has under way counts for the path.
gateway, clients = start(for_a_path)
fill(clients)
hold(clients[1])
for i = 2, #clients do
  expect(clients[i]:get("/one").status, "client " .. i):is(503)
end
expect(clients[2]:get("/").status):is(200)
go_on(clients[1])
all_pass(clients, "/one")
