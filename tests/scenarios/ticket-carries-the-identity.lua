-- SPDX-License-Identifier: Apache-2.0
-- A resumed connection is the same client, proved anew by its chain.
-- TLS 1.2 gives no ticket where a certificate is asked for: whether one came
-- is not known yet when the ticket would have to be made.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      forward = { client_cert = "rfc9440" },
      path "/pay" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local first = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(first:get("/pay").status):is(200)
  local told = upstream:last().header["client-cert"]
  expect(told):is_not(nil)
  local ticket = first:ticket()
  expect(ticket ~= nil):is(version == "1.3")

  local again = gateway:connect { sni = "shop.test", tls = version,
    session = ticket, certificate = not ticket and ada or nil }
  expect(again.resumed):is(version == "1.3")
  expect(again:get("/pay").status):is(200)
  expect(upstream:last().header["client-cert"]):is(told)
end
