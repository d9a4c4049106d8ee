-- SPDX-License-Identifier: Apache-2.0
-- No work without progress: more than 32 records in a row that carry
-- nothing close the connection, before the handshake, in it and after it.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for name, record in pairs {
  ["empty handshake"] = "\x16\x03\x01\x00\x00",
  ["warning"] = "\x15\x03\x01\x00\x02\x01\x5a",
  ["change of cipher"] = "\x14\x03\x03\x00\x01\x01",
} do
  local plain = gateway:dial()
  plain:send(record:rep(40))
  expect(plain:ending(), name):is_one_of { "closed", "cut", "reset", "bytes" }
  while plain:fill() do end
  expect(plain.ended, name):is_one_of { "closed", "cut", "reset" }
end

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _ = 1, 3 do
    client.core:nothing(30)
    expect(client:get("/").body):is "hello"
  end
  expect(client.core:nothing(40)):at_least(33)
  expect(client:ending(), "empty " .. version)
    :is_one_of { "closed", "cut", "reset", "unexpected_message" }

  client = gateway:connect { sni = "shop.test", tls = version }
  client:send "GET / HTTP/1.1\r\nHost: sh"
  client.core:nothing(40)
  expect(client:ending(), "in a head " .. version)
    :is_one_of { "closed", "cut", "reset", "unexpected_message" }
end

local client = gateway:connect { sni = "shop.test", tls = "1.3" }
client.core:nothing(40, true)
expect(client:ending(), "new keys")
  :is_one_of { "closed", "cut", "reset", "unexpected_message" }
