-- SPDX-License-Identifier: Apache-2.0
-- `connections` of an upstream bounds what is under way, of all workers: an
-- idle link that another worker has is closed for a request, and never is
-- more under way than may be.
local upstream = rig.upstream { paths = {
  ["/hold"] = { { "hold" }, "HTTP/1.1 204 No Content\r\n\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream, workers = 2,
  policy = [[
    site "shop.test" {
      key = "server", upstream = { "$upstream", connections = 1 },
    }
  ]],
}

-- The kernel gives each worker some of these.
local clients = {}
for i = 1, 16 do
  clients[i] = gateway:connect { sni = "shop.test",
    tls = i % 2 == 0 and "1.2" or "1.3" }
end
for round = 1, 3 do
  for i, client in ipairs(clients) do
    expect(client:get("/").status, round .. ", client " .. i):is(200)
  end
end

-- What is under way counts, whoever does it.
local before = upstream.requests
clients[1]:send "GET /hold HTTP/1.1\r\nHost: shop.test\r\n\r\n"
upstream:await(before + 1)
for i = 2, #clients do
  expect(clients[i]:get("/").status, "client " .. i):is(503)
end
upstream:release()
expect(clients[1]:answer().status):is(204)
expect(upstream.requests):is(before + 1)
for i, client in ipairs(clients) do
  expect(client:get("/").status, "client " .. i):is(200)
end
