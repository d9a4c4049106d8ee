-- SPDX-License-Identifier: Apache-2.0
-- A body shorter or longer than declared closes the link to the origin, which
-- carries no other request: the client that goes away one byte before
-- the end, the origin that cuts its answer or says too much.
local upstream = rig.upstream { paths = {
  ["/cut"] = { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n12345678",
    { "close" } },
  ["/cut-chunk"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    .. "9\r\n12345678", { "close" } },
  ["/long"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabHTTP/1.1 200 "
    .. "OK\r\nContent-Length: 6\r\n\r\npoison" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local host = "Host: shop.test\r\n"
local bodies = {
  ["length"] = "Content-Length: 9\r\n\r\n12345678",
  ["chunk"] = "Transfer-Encoding: chunked\r\n\r\n9\r\n12345678",
  ["no last chunk"] = "Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n",
  ["no end of trailers"] = "Transfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n",
  ["half a line end"] = "Transfer-Encoding: chunked\r\n\r\n0\r\n\r",
}

for _, version in ipairs { "1.2", "1.3" } do
  for name, body in pairs(bodies) do
    for _, way in ipairs { "close", "reset", "finish" } do
      local before = upstream.requests
      local client = gateway:connect { sni = "shop.test", tls = version }
      client:send("POST /up HTTP/1.1\r\n" .. host .. body)
      expect(upstream:await(before + 1), name):is(before + 1)
      client[way](client)
      local broken = upstream:request(before + 1)
      local other = gateway:connect { sni = "shop.test", tls = version }
      expect(other:get("/next").body, name):is "hello"
      expect(upstream:last().target, name):is "/next"
      expect(upstream:last().connection ~= broken.connection, name):is(true)
      expect(upstream:request(before + 1).complete, name):is(false)
    end
  end

  for _, path in ipairs { "/cut", "/cut-chunk" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local answer = client:get(path)
    expect(answer.body, path):is(nil)
    expect(client:ending(), path):is_one_of { "closed", "cut", "reset" }
    expect(client.ended ~= "closed" or answer.status ~= 200
      or answer.header["content-length"] ~= nil
      or answer.header["transfer-encoding"] ~= nil, path):is(true)
  end
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/long").body):is "ab"
  local used = upstream:last().connection
  expect(client:get("/").body):is "hello"
  expect(upstream:last().connection ~= used):is(true)
end
