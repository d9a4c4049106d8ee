-- SPDX-License-Identifier: Apache-2.0
-- Who was asked and proved nothing gets no ticket: the next handshake asks
-- again, so that no refusal sticks.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
local eve = rig.authority("stranger"):issue { cn = "Eve" }
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

for _, version in ipairs { "1.2", "1.3" } do
  for _, certificate in ipairs { eve, false } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate or nil }
    expect(client:get("/pay").status):is(403)
    local ticket = client:ticket()
    local again = gateway:connect { sni = "shop.test", tls = version,
      session = ticket, certificate = ada }
    expect(again.resumed):is(false)
    expect(again.was_asked):is(true)
    expect(again:get("/pay").status):is(200)
  end
end
