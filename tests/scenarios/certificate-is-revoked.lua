-- SPDX-License-Identifier: Apache-2.0
-- On the list of its issuer; intermediates count too. A list that
-- cannot be had is as bad, and says so.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local sub = staff:below("sub", 77)
local other = staff:below("other", 78)
local certificates = {
  { staff:issue { cn = "Gone", serial = 5 }, "revoked" },
  { sub:issue { cn = "Ada" }, "revoked" },
  { other:issue { cn = "Ada" }, "revoked", "crl_unavailable" },
}
staff:revoke { 5, 77 }
sub:revoke {}
local good = staff:issue { cn = "Ada", serial = 6 }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem", crl = { "staff.crl", "sub.crl" } }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}

expect(gateway:said()):lacks "crl-"

for _, version in ipairs { "1.2", "1.3" } do
  for _, case in ipairs(certificates) do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = case[1] }
    local answer = client:get "/pay"
    expect(answer.status):is(403)
    expect(answer.problem.reason):is(case[2])
    expect(answer.problem.cause):is(case[3])
    expect(client:ending()):is "closed"
  end
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = good }
  expect(client:get("/pay").status):is(200)
end

-- A list whose successor is due is told of, and works on.
staff:revoke({ 5, 77 }, -7200, 60)
expect(gateway:reload()):is(true)
local event = gateway:await("crl-due")
expect(event.level):is "warn"
expect(event.trust):is "staff"
expect(event.line):contains "left="
expect(gateway:connect({ sni = "shop.test", certificate = good }):get("/pay")
  .status):is(200)
