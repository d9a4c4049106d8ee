-- SPDX-License-Identifier: Apache-2.0
-- Dates are looked at again with every request, not in the handshake only.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}

local ada = staff:issue { cn = "Ada", to = 2 }
local born = rig.now()
local clients = {}
for _, version in ipairs { "1.2", "1.3" } do
  clients[version] = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(clients[version]:get("/pay").status):is(200)
end
rig.pass(born + 3.1 - rig.now())
for _, version in ipairs { "1.2", "1.3" } do
  local answer = clients[version]:get "/pay"
  expect(answer.status):is(403)
  expect(answer.problem.reason):is "expired"
end
