-- SPDX-License-Identifier: Apache-2.0
-- Several workers, one port: tickets of one are good at another, and every
-- connection is decided alike.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream, workers = 3,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local first = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(first:get("/pay").status):is(200)
  local ticket = first:ticket()
  for _ = 1, 12 do
    local client = gateway:connect { sni = "shop.test", tls = version,
      session = ticket, certificate = ada }
    expect(client.resumed):is(version == "1.3")
    expect(client:get("/pay").status):is(200)
    client:close()
  end
end
