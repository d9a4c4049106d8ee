-- SPDX-License-Identifier: Apache-2.0
-- Lengths and chunks, from the client and from the origin.
local ok = "HTTP/1.1 200 OK\r\n"
local upstream = rig.upstream { paths = {
  ["/echo"] = { { "echo" } },
  ["/chunked"] = { ok .. "Transfer-Encoding: chunked\r\n\r\n",
    "3;name=value\r\nabc\r\n", "A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n" },
  ["/to-end"] = { ok .. "\r\n", "until ", "the end", { "close" } },
  ["/empty"] = { ok .. "Content-Length: 0\r\n\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local large = ("0123456789abcdef"):rep(20000)

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local function post(request)
    request.method, request.path = "POST", "/echo"
    return client:request(request)
  end
  expect(post({ body = "some" }).body):is "some"
  expect(upstream:last().header["content-length"]):is "4"
  expect(post({ body = "" }).body):is ""
  expect(post({ chunks = { "a", "bc", "def" } }).body):is "abcdef"
  expect(upstream:last().header["transfer-encoding"]):is "chunked"
  expect(upstream:last().header["content-length"]):is(nil)
  expect(post({ chunks = {} }).body):is ""
  expect(post({ body = large }).body == large):is(true)
  expect(post({ chunks = { large, "x" } }).body == large .. "x"):is(true)

  expect(client:get("/chunked").body):is "abc0123456789"
  expect(client:get("/empty").body):is ""
  local answer = client:get "/to-end"
  expect(answer.body):is "until the end"
  expect(client:get("/empty").status):is(200) -- framed again for the client
end
