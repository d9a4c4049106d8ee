-- SPDX-License-Identifier: Apache-2.0
-- Many requests on one HTTP/2 connection: each is decided, answered or forwarded
-- by itself, and what is refused leaves the others alone.
local upstream = rig.upstream {
  paths = {
    ["/slow"] = { { "hold" }, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
    ["/big"] = { "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"
      .. ("x"):rep(200000) },
    ["/trailers"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
      .. "Trailer: x-sum\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 7\r\n\r\n" },
    ["/early"] = { "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      .. "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" },
    ["/cut"] = { "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", { "close" } },
  },
}
local staff = rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "access.log" }',
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
    site "late.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
      path "/cut" { certificate = "require", late = "httpsys-reset" },
    }
    site "old.test" { key = "server", upstream = "$upstream", http2 = false }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect_h2 { sni = "late.test", tls = version }
  expect(client.client.alpn):is "h2"

  -- All at once: answered in any order.
  local ids = { client:start { path = "/a" }, client:start { path = "/pay" },
    client:start { path = "/big" }, client:start { path = "/cut" },
    client:start { path = "/trailers" }, client:start { path = "/early" } }
  local a = client:answer(ids[1])
  expect(a.status):is(200)
  expect(a.body):is "hello"
  local pay = client:answer(ids[2])
  expect(pay.status):is(500)
  expect(pay.header["yett-error"]):is "ERROR_NOT_SUPPORTED (0x80070032)"
  expect((pay.problem or {}).reason):is "late"
  expect(#client:answer(ids[3]).body):is(200000)
  local cut = client:answer(ids[4])
  expect(cut.ended):is "HTTP_1_1_REQUIRED"
  expect(cut.status):is(0)
  local trailers = client:answer(ids[5])
  expect(trailers.body):is "hello"
  expect((trailers.trailer or {})["x-sum"]):is "7"
  local early = client:answer(ids[6])
  expect(early.heads[1].status):is(103)
  expect(early.heads[1].header.link):is "</a>"
  expect(early.body):is "ok"
  expect(client:get("/p/../q?x=1").status):is(200)
  expect(upstream:last().target):is "/q?x=1"

  -- Bodies, of a length that was told and of none; fields of the wire.
  local posted = client:request { method = "POST", path = "/up",
    headers = { { "content-length", "5" }, { "cookie", "a=1" },
      { "cookie", "b=2" } }, body = "12345" }
  expect(posted.status):is(200)
  expect(upstream:last().body):is "12345"
  expect(upstream:last().header.cookie):is "a=1; b=2"
  expect(upstream:last().header.host):is "late.test"
  expect(upstream:last().header["content-length"]):is "5"
  local long = ("y"):rep(60000)
  local id = client:start { method = "POST", path = "/up", open = true }
  for _ = 1, 5 do client:data(id, long:sub(1, 12000)) end
  client:frame("HEADERS", 5, id, rig.http2.pack { { "x-sum", "9" } })
  expect(client:answer(id).status):is(200)
  expect(#upstream:last().body):is(60000)
  expect(upstream:last().header["transfer-encoding"]):is "chunked"

  local head = client:request { method = "HEAD", path = "/a" }
  expect(head.status):is(200)
  expect(head.body):is ""
  expect(client:get("/a").status):is(200) -- the connection lives on
  client:close()
end

-- What an upstream cuts is cut for its stream alone.
do
  local client = gateway:connect_h2 { sni = "shop.test" }
  local id, other = client:start { path = "/cut" }, client:start { path = "/a" }
  expect(client:answer(id).ended):is "INTERNAL_ERROR"
  expect(client:answer(other).status):is(200)
  expect(client.origins and client.origins[1])
    :is("https://shop.test:" .. gateway.port)
end

-- A certificate that was asked for, shown, and not shown.
do
  local client = gateway:connect_h2 { sni = "shop.test",
    certificate = staff:issue { cn = "Ada" } }
  expect(client:get("/pay").status):is(200)
  client = gateway:connect_h2 { sni = "shop.test" }
  local refused = client:get "/pay"
  expect(refused.status):is(403)
  expect((refused.problem or {}).reason):is "not_sent"
end

-- A site, or a client, that does not speak it.
expect(gateway:connect({ sni = "old.test", alpn = { "h2", "http/1.1" } }).alpn)
  :is "http/1.1"
expect(gateway:connect({ sni = "old.test", alpn = { "h2" } }).failure)
  :is "no_application_protocol"
expect(gateway:connect({ sni = "shop.test", alpn = { "http/1.1", "h2" } }).alpn)
  :is "h2"

local lines = table.concat(gateway:access("access.log", 20), "\n")
expect(lines):contains '"path":"/pay"'
