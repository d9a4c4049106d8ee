-- SPDX-License-Identifier: Apache-2.0
-- What stands behind a chunked body goes on (RFC 9110, section 6.5), but for
-- what could tell who the client is or how the message is framed;
-- an answer's only to a client that takes it, never to one of HTTP/1.0.
local answer_of = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
  .. "Trailer: Digest\r\n%s\r\n2\r\nab\r\n0\r\nDigest:  abc\r\n"
  .. "Content-Length: 9\r\nSet-Cookie: a=b\r\nX-Mine: 1\r\n\r\n"
local upstream = rig.upstream { paths = {
  ["/down"] = { answer_of:format "" },
  ["/named"] = { answer_of:format "Connection: X-Mine\r\n" },
  ["/pieces"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    .. "2\r\nab\r\n0\r\nDig", "est: a", "bc\r", "\n", "\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local head = "POST %s HTTP/1.1\r\nHost: shop.test\r\n"
  .. "Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n%s\r\n"

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local function post(more, body)
    client:send(head:format("/up", more) .. body)
    expect(client:answer().status):is(200)
    return upstream:last()
  end

  local last = post("", "2\r\nab\r\n0\r\nX-Sum: 1\r\nClient-Cert: :AA==:\r\n"
    .. "client_cert: :AA==:\r\nX-SSL-Client-Verify: SUCCESS\r\n"
    .. "Content-Length: 7\r\nHost: other.test\r\nX-Forwarded-For: 1.2.3.4\r\n"
    .. "Authorization: Basic eA==\r\nX-Last: 2\r\n\r\n")
  expect(last.header.trailer):is "X-Sum"
  expect(last.raw):is "2\r\nab\r\n0\r\nX-Sum: 1\r\nX-Last: 2\r\n\r\n"
  -- What Connection names is of this hop, also behind the body.
  last = post("Connection: X-Last\r\n", "0\r\nX-Last: 2\r\n\r\n")
  expect(last.raw):is "0\r\n\r\n"
  expect(last.header.trailer):is(nil)
  last = post("", "0\r\n" .. ("X-Many: 1\r\n"):rep(100) .. "\r\n")
  expect(select(2, last.raw:gsub("X-Many", ""))):is(100)

  local takes = { ["TE"] = "gzip;q=0.5, trailers" }
  for _, path in ipairs { "/down", "/pieces", "/named" } do
    local answer = client:get(path, takes)
    expect(answer.body, path):is "ab"
    expect(answer.trailer.digest, path)
      :is(path ~= "/named" and "abc" or nil)
    expect(answer.header.trailer, path)
      :is(path == "/down" and "Digest" or nil)
    expect(answer.trailer["content-length"], path):is(nil)
    expect(answer.trailer["set-cookie"], path):is(nil)
    expect(upstream:last().header.te, path):is "trailers"
    expect(upstream:last().header.connection, path):is "TE"

    answer = client:get(path)
    expect(answer.body, path):is "ab"
    expect(next(answer.trailer), path):is(nil)
    expect(answer.header.trailer, path):is(nil)
    expect(upstream:last().header.te, path):is(nil)
  end
  local old = gateway:connect { sni = "shop.test", tls = version }
  local answer = old:request { path = "/down", version = "1.0",
    headers = takes }
  expect(answer.body):is "ab"
  expect(answer.header.trailer):is(nil)
  expect(upstream:last().header.te):is(nil)

  -- Bounded in number and bytes, strict like any field: 400, and the link
  -- is not used again.
  for name, trailers in pairs { ["many"] = ("X: y\r\n"):rep(101),
    ["long"] = "X: " .. ("y"):rep(8200) .. "\r\n", ["NUL"] = "X: \0\r\n",
    ["bare LF"] = "X: y\n", ["folded"] = "X: y\r\n z\r\n",
    ["no name"] = ": y\r\n", ["space"] = "X : y\r\n" } do
    client = gateway:connect { sni = "shop.test", tls = version }
    client:send(head:format("/bad", "") .. "0\r\n" .. trailers .. "\r\n")
    expect(client:answer().status, name):is(400)
    expect(client:ending(), name):is_one_of { "closed", "reset" }
    expect(upstream:last().target ~= "/bad" or not upstream:last().complete,
      name):is(true)
  end
end
