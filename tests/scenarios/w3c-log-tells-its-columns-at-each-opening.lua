-- SPDX-License-Identifier: Apache-2.0
-- A W3C log that another version began may have other columns: what follows has
-- its own #Fields.
local upstream = rig.upstream()
rig.write("w3c.log", "#Fields: date time\n2026-01-01 00:00:00\n")
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "w3c.log", format = "w3c" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local client = gateway:connect { sni = "shop.test" }
expect(client:get("/").status):is(200)
client:close()
local lines = gateway:access("w3c.log", 6)
expect(lines[1]):is "#Fields: date time"
expect(lines[5]):matches "^#Fields: .* x%-decision$"
expect(lines[6]):matches " GET / "
