-- SPDX-License-Identifier: Apache-2.0
-- A connection whose site is gone is misdirected; a new upstream serves the
-- next request of an old connection.
local first = rig.upstream { paths = {
  ["/who"] = { "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst" } } }
local second = rig.upstream { paths = {
  ["/who"] = { "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond" } } }
local before = [[
  site "shop.test" { key = "server", upstream = "$first" }
  site "gone.test" { key = "server", upstream = "$first" }
]]
local after = [[
  site "shop.test" { key = "server", upstream = "$second" }
]]
local gateway = rig.gateway { first = first, second = second, policy = before }

for _, version in ipairs { "1.2", "1.3" } do
  local stays = gateway:connect { sni = "shop.test", tls = version }
  local goes = gateway:connect { sni = "gone.test", tls = version }
  expect(stays:get("/who").body):is "first"
  expect(goes:get("/who").body):is "first"
  expect(gateway:reload(after)):is(true)
  expect(stays:get("/who").body):is "second"
  expect(goes:get("/who").status):is(421)
  expect(gateway:reload(before)):is(true)
end
