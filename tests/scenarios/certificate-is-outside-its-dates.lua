-- SPDX-License-Identifier: Apache-2.0
-- Expired, and not yet valid.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local certificates = {
  expired = staff:issue { cn = "Ada", from = -7200, to = -3600 },
  early = staff:issue { cn = "Ada", from = 3600, to = 7200 },
}
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
  for name, certificate in pairs(certificates) do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate }
    local answer = client:get "/pay"
    expect(answer.status, name):is(403)
    expect(answer.problem.reason, name):is "expired"
    expect(client:ending(), name):is "closed"
  end
end
expect(upstream.requests):is(0)
