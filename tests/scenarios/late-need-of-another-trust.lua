-- SPDX-License-Identifier: Apache-2.0
-- The handshake asked, but for certificates of others than the path wants.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
rig.authority "partners"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    trust "partners" { ca = "partners.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = { "staff", "partners" },
      path "/staff" { certificate = "require", trust = "staff" },
      path "/partners" { certificate = "require", trust = "partners" },
      client_hello = function(hello)
        return ask.request { trust = "staff" }
      end,
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client.was_asked):is(true)
  expect(client.ca_names):is "CN=staff\n"
  expect(client:get("/staff").status):is(200)

  local answer = client:get "/partners"
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "other_trust"
  expect(answer.header["yett-error"]):contains "0x80070032"
end
expect(upstream.requests):is(2)
