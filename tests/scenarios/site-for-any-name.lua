-- SPDX-License-Identifier: Apache-2.0
-- "*" takes clients without a name and with an unknown one, and no Host that
-- belongs to a declared site.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "*" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { tls = version }
  expect(client.failure):is(nil)
  expect(client:request({ path = "/", host = "any.test" }).status):is(200)
  expect(client:request({ path = "/", host = "127.0.0.1" }).status):is(200)
  expect(client:request({ path = "/", host = "shop.test" }).status):is(421)

  client = gateway:connect { sni = "unknown.test", tls = version }
  expect(client.failure):is(nil)
  expect(client:get("/").status):is(200)
  expect(client:request({ path = "/", host = "other.test" }).status):is(421)
end
