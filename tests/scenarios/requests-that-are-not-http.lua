-- SPDX-License-Identifier: Apache-2.0
-- One framing, one path, or 400 and close; nothing of it reaches the origin.
-- CONNECT and TRACE: 405.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local host = "Host: shop.test\r\n"
local bad = {
  ["bare LF"] = "GET / HTTP/1.1\n" .. host .. "\r\n",
  ["bare CR"] = "GET / HTTP/1.1\r\n" .. host .. "A: b\rc\r\n\r\n",
  ["NUL"] = "GET / HTTP/1.1\r\n" .. host .. "A: b\0c\r\n\r\n",
  ["folded"] = "GET / HTTP/1.1\r\n" .. host .. "A: b\r\n c\r\n\r\n",
  ["space before the colon"] = "GET / HTTP/1.1\r\nHost : shop.test\r\n\r\n",
  ["no name"] = "GET / HTTP/1.1\r\n" .. host .. ": x\r\n\r\n",
  ["no Host"] = "GET / HTTP/1.1\r\n\r\n",
  ["two Hosts"] = "GET / HTTP/1.1\r\n" .. host .. host .. "\r\n",
  ["both framings"] = "POST / HTTP/1.1\r\n" .. host
    .. "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ["two lengths"] = "POST / HTTP/1.1\r\n" .. host
    .. "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
  ["signed length"] = "POST / HTTP/1.1\r\n" .. host
    .. "Content-Length: +3\r\n\r\nabc",
  ["other coding"] = "POST / HTTP/1.1\r\n" .. host
    .. "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
  ["chunk size"] = "POST / HTTP/1.1\r\n" .. host
    .. "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n",
  ["encoded slash"] = "GET /a%2fb HTTP/1.1\r\n" .. host .. "\r\n",
  ["encoded NUL"] = "GET /a%00 HTTP/1.1\r\n" .. host .. "\r\n",
  ["half an escape"] = "GET /a%4 HTTP/1.1\r\n" .. host .. "\r\n",
  ["overlong UTF-8"] = "GET /%c0%af HTTP/1.1\r\n" .. host .. "\r\n",
  ["above the root"] = "GET /../..;/x HTTP/1.1\r\n" .. host .. "\r\n",
  ["fragment"] = "GET /a#b HTTP/1.1\r\n" .. host .. "\r\n",
  ["two spaces"] = "GET  / HTTP/1.1\r\n" .. host .. "\r\n",
}

for _, version in ipairs { "1.2", "1.3" } do
  for name, bytes in pairs(bad) do
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:send(bytes)
    local answer = client:answer()
    expect(answer.status, name):is_one_of { 400, 501 }
    expect(answer.header.connection, name):is "close"
    expect(client:ending(), name):is_one_of { "closed", "reset" }
  end
  for _, method in ipairs { "TRACE", "CONNECT" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local path = method == "CONNECT" and "shop.test:443" or "/"
    expect(client:request({ method = method, path = path }).status, method)
      :is_one_of { 405, 400 }
  end
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/" .. ("x"):rep(9000)).status):is(414)
  client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/", { A = ("x"):rep(40000) }).status):is(431)
  client = gateway:connect { sni = "shop.test", tls = version }
  client:send "\x16\x03\x01\x00\x05hello\r\n\r\n"
  expect(client:answer().status):is(400)
end
expect(upstream.requests):is(0)
