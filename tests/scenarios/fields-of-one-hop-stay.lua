-- SPDX-License-Identifier: Apache-2.0
-- Connection and what it names, and the other fields of one hop, go no
-- further (RFC 9110, section 7.6.1); framing is ours.
local upstream = rig.upstream { paths = {
  ["/x"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: X-Back\r\n"
    .. "X-Back: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: Basic\r\n"
    .. "X-Stays: 1\r\nServer: origin\r\n\r\nab" },
  ["/last"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
    .. "Connection: close\r\nClose: 1\r\n\r\nab" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get("/x", {
    { "Connection", "X-Hop, keep-alive" }, { "X-Hop", "1" },
    { "Keep-Alive", "timeout=5" }, { "Proxy-Connection", "keep-alive" },
    { "TE", "trailers" }, { "Upgrade", "h2c" }, { "X-Stays", "1" },
    { "Proxy-Authorization", "Basic eA==" },
  })
  local header = upstream:last().header
  expect(header["x-stays"]):is "1"
  for _, name in ipairs { "x-hop", "keep-alive", "proxy-connection", "upgrade",
    "proxy-authorization" } do
    expect(header[name], name):is(nil)
  end
  expect(header.te or "trailers"):is "trailers"
  expect(answer.status):is(200)
  expect(answer.body):is "ab"
  expect(answer.header["x-stays"]):is "1"
  expect(answer.header.server):is "origin"
  for _, name in ipairs { "x-back", "keep-alive" } do
    expect(answer.header[name], name):is(nil)
  end

  -- "close" may be a field's name, too.
  answer = client:get("/last", { { "Connection", "close" }, { "Close", "1" } })
  expect(upstream:last().header.close):is(nil)
  expect(answer.status):is(200)
  expect(answer.header.close):is(nil)
end

-- However many there are.
local many = {}
for i = 1, 1000 do many[i] = "X-" .. i end
local client = gateway:connect { sni = "shop.test" }
local sent = { { "Connection", table.concat(many, ",") },
  { "X-1000", "1" }, { "X-1001", "1" }, { "x-7", "1" }, { "X-7", "2" } }
expect(client:get("/", sent).body):is "hello"
expect(upstream:last().header["x-1000"]):is(nil)
expect(upstream:last().header["x-7"]):is(nil)
expect(upstream:last().header["x-1001"]):is "1"
