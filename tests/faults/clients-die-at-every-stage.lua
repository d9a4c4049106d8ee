-- SPDX-License-Identifier: Apache-2.0
-- Clients that end, reset or cut at every stage, at once or slowly: others are
-- served, the origin's links are not confused, and nothing is left behind.
local upstream = rig.upstream { paths = {
  ["/echo"] = { { "echo" } },
  ["/hold"] = { { "hold" } },
  ["/pour"] = { "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n",
    { "pour", 64 << 20 } },
  ["/chunks"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    .. "5\r\nhello\r\n", { "hold" } },
  ["/trickle"] = { "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
    { "trickle", 5 } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { handshake = "2s", head = "2s", body = "2s", '
    .. 'answer = "2s", stall = "2s" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/metrics" { upstream = "app:metrics" },
      request = function(req)
        if req.path == "/deny" then return deny {} end
      end,
    }
  ]],
}
local host = "Host: shop.test\r\n"
local chunked = "POST /echo HTTP/1.1\r\n" .. host
  .. "Transfer-Encoding: chunked\r\n\r\n"
local length = "POST /echo HTTP/1.1\r\n" .. host .. "Content-Length: 9\r\n\r\n"
local stages = {
  "", "\r\n", "G", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n" .. host,
  "GET / HTTP/1.1\r\n" .. host .. "\r\n",                -- before its answer
  "GET /hold HTTP/1.1\r\n" .. host .. "\r\n",            -- while we wait
  "GET /pour HTTP/1.1\r\n" .. host .. "\r\n",            -- within an answer
  "GET /chunks HTTP/1.1\r\n" .. host .. "\r\n",
  "GET /trickle HTTP/1.1\r\n" .. host .. "\r\n",
  ("GET / HTTP/1.1\r\n" .. host .. "\r\n"):rep(20),      -- with more in line
  ("GET /hold HTTP/1.1\r\n" .. host .. "\r\n"):rep(20),
  length, length .. "abc", length .. "abcabcabc", length .. "abcabcabcGET",
  chunked, chunked .. "5", chunked .. "5\r\nhel", chunked .. "5\r\nhello\r\n0",
  chunked .. "5\r\nhello\r\n0\r\nA: b",
  chunked .. "zz",                                       -- and wrong as well
  "GET /deny HTTP/1.1\r\n" .. host .. "\r\n",
  "POST /deny HTTP/1.1\r\n" .. host .. "Content-Length: 60000\r\n\r\nabc",
  "POST /deny HTTP/1.1\r\n" .. host .. "Content-Length: 6000000\r\n\r\nabc",
  "POST /hold HTTP/1.1\r\n" .. host .. "Content-Length: 900000\r\n\r\n"
    .. ("x"):rep(200000),
}

-- How a client goes, once it said what it says.
local ways = {
  function(client) client:close() end,
  function(client) client:reset() end,
  function(client) -- TLS is cut in the middle of a record
    client.core:raw "\x17\x03\x03\x01\x00abc"
    client:reset()
  end,
  function(client) -- an alert of its own, or nonsense where a record is due
    client.core:raw "\x15\x03\x03\x00\x02\x02\x50"
    client:close()
  end,
  function(client) -- it saw something of an answer
    client.core:receive(0.02)
    client:reset()
  end,
}

expect(gateway:connections()):is(1) -- and there is a link to the counters
local files = gateway.process:files()
local witness = gateway:connect { sni = "shop.test" }
local function round()
  for n, text in ipairs(stages) do
    for w, go in ipairs(ways) do
      local client = gateway:connect { sni = "shop.test",
        tls = (n + w) % 2 == 0 and "1.2" or "1.3" }
      client:push(text, 0.02)
      go(client)
    end
    expect(witness:get("/fine").body, text):is "hello"
  end
end

-- The TLS half, byte by byte: a hello that ends anywhere.
local function cut_hellos()
  local hello = "\x16\x03\x01\x00\x45\x01\x00\x00\x41\x03\x03"
    .. ("r"):rep(32) .. "\x00\x00\x02\x13\x01\x01\x00\x00\x16"
    .. "\x00\x00\x00\x0e\x00\x0c\x00\x00\x09shop.test"
  for stop = 0, #hello do
    local client = gateway:dial()
    client:send(hello:sub(1, stop))
    if stop % 2 == 0 then client:close() else client:reset() end
  end
  expect(witness:get("/fine").body, "after hellos"):is "hello"
end

round()
cut_hellos()
local memory = gateway.process:memory()
for _ = 1, 3 do
  round()
  cut_hellos()
end
if not rig.sanitized then
  expect(gateway.process:memory() - memory, "memory"):at_most(2 << 20)
end

-- While an upstream thinks, a client that resets is seen at once.
local held = upstream.requests
local hasty = gateway:connect { sni = "shop.test" }
hasty:send(hasty:format { path = "/hold" })
expect(upstream:await(held + 1)):is(held + 1)
local files_then = gateway.process:files()
hasty:reset()
expect(gateway:files(files_then - 2), "of a reset"):at_most(files_then - 2)

-- Slow ones, byte by byte, that go in the end.
local slow = {}
for n, text in ipairs(stages) do
  slow[n] = { gateway:connect { sni = "shop.test" }, text:sub(1, 60) }
end
for at = 1, 60 do
  for _, one in ipairs(slow) do one[1]:push(one[2]:sub(at, at), 0.01) end
end
expect(witness:get("/fine").body):is "hello"
for _, one in ipairs(slow) do one[1]:reset() end
expect(witness:get("/fine").body):is "hello"

upstream:release()
witness:close()
expect(gateway:connections(), "connections"):is(1)
upstream:stop()
-- And another link to the counters, whose two ends are here.
expect(gateway:files(files + 2), "descriptors"):at_most(files + 2)
