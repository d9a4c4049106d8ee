-- SPDX-License-Identifier: Apache-2.0
-- 426 keeps its Upgrade, which is for this hop, so Connection names it (RFC
-- 9110, sections 15.5.22 and 7.8); in other answers it goes no further.
local function answer(status)
  return { "HTTP/1.1 " .. status .. "\r\nConnection: Upgrade\r\n"
    .. "Upgrade: websocket\r\nContent-Length: 2\r\n\r\nno" }
end
local upstream = rig.upstream { paths = {
  ["/chat"] = answer "426 Upgrade Required",
  ["/other"] = answer "400 Bad Request",
  ["/bare"] = { "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\n\r\nno" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local got = client:get "/chat"
  expect(got.status):is(426)
  expect(got.body):is "no"
  expect(got.header.upgrade):is "websocket"
  expect(got.header.connection):is "Upgrade"
  got = client:get "/other"
  expect(got.header.upgrade):is(nil)
  expect(got.header.connection):is(nil)
  got = client:get "/bare"
  expect(got.header.connection):is(nil)
  got = client:get("/chat", { Connection = "close" })
  expect(got.header.upgrade):is "websocket"
  expect(got.header.connection):is "close, Upgrade"
  client = gateway:connect { sni = "shop.test", tls = version }
  got = client:request { path = "/chat", version = "1.0",
    headers = { Connection = "keep-alive" } }
  expect(got.header.connection):is "keep-alive, Upgrade"
end
