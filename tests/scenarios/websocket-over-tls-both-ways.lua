-- SPDX-License-Identifier: Apache-2.0
-- A tunnel to an origin over TLS: the same bytes, and the client's end is told
-- in TLS, after which the origin still has its say.
local backend = rig.authority "backend-ca"
local good = backend:issue { cn = "origin", purpose = "server",
  ip = "127.0.0.1" }
local paths = {
  ["/chat"] = { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
    .. "Connection: Upgrade\r\n\r\nhi", { "relay" }, "bye" },
}
local thirteen = rig.upstream { tls = { certificate = good }, paths = paths }
local gateway = rig.gateway {
  thirteen = thirteen,
  policy = [[
    trust "backend" { ca = "backend-ca.pem" }
    site "shop.test" {
      key = "server", upstream = { "$thirteen", trust = "backend" },
    }
  ]],
}
local much = ("m"):rep(400000)
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:request({ path = "/chat", headers = {
    Connection = "Upgrade", Upgrade = "websocket" } }).status):is(101)
  expect(client:take(2)):is "hi"
  client:send "one"
  expect(client:take(3)):is "one"
  for _ = 1, 4 do
    client:send(much:sub(1, 50000))
    expect(#(client:take(50000) or "")):is(50000)
  end
  client:finish()
  expect(client:take(3)):is "bye"
  expect(client:ending()):is_one_of { "closed", "cut" }
end
