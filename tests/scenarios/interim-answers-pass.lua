-- SPDX-License-Identifier: Apache-2.0
-- 1xx from the origin reach the client before the answer; not an HTTP/1.0 one.
local upstream = rig.upstream { paths = {
  ["/hints"] = { "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
    "HTTP/1.1 102 Processing\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab" },
  ["/switch"] = { "HTTP/1.1 101 Switching Protocols\r\n"
    .. "Upgrade: other\r\nConnection: upgrade\r\n\r\n", { "close" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get "/hints"
  expect(answer.status):is(200)
  expect(answer.body):is "ab"
  expect(#answer.interim):is(2)
  expect((answer.interim[1] or {}).status):is(103)
  expect((answer.interim[1] or { header = {} }).header.link):is "</a>"
  expect(client:get("/").body):is "hello"

  -- A switch that nobody asked for is no answer.
  expect(client:get("/switch").status):is(502)

  local old = gateway:connect { sni = "shop.test", tls = version }
  answer = old:request { path = "/hints", version = "1.0" }
  expect(#answer.interim):is(0)
  expect(answer.body):is "ab"
end
