-- SPDX-License-Identifier: Apache-2.0
-- A client of TLS 1.2 that wants to negotiate again may not, neither
-- before data nor after.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
  ]],
}

for _, after_data in ipairs { false, true } do
  local client = gateway:connect { sni = "shop.test", tls = "1.2",
    certificate = ada }
  if after_data then expect(client:get("/").status):is(200) end
  expect(client:renegotiate()):is_one_of { "no_renegotiation", "closed",
    "cut", "reset", "unexpected_message", "handshake_failure" }
  expect(client.core:fact "was_asked"):is(false)
  expect(client:get("/pay").status):is_one_of { 0, 500 }
end
local other = gateway:connect { sni = "shop.test", tls = "1.3" }
expect(other:get("/").status):is(200)
expect(upstream.requests):is(2)
