-- SPDX-License-Identifier: Apache-2.0
-- Asked for, not sent: 403.7 in the words of IIS; the open paths are open.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require", why = "payers only" },
      path "/open" { certificate = "none" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client.failure):is(nil)
  expect(client.was_asked):is(true)
  expect(client.ca_names):is "CN=staff\n"

  expect(client:get("/open").status):is(200)
  expect(client:get("/payroll").status):is(200) -- no prefix of letters
  expect(client:get("/").status):is(200)

  local answer = client:get "/pay"
  expect(answer.status):is(403)
  expect(answer.problem.reason):is "not_sent"
  expect(answer.problem.cause):is(nil)
  expect(answer.problem.hresult):is(nil)
  expect(answer.header["yett-decision"]):is(answer.problem.decision)
  expect(answer.header["yett-error"]):is(nil)
  expect(answer.body):lacks "payers only" -- not told unless asked to

  -- A certificate can be sent in another handshake only.
  expect(answer.header.connection):is "close"
  expect(client:ending()):is "closed"

  local known = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(known:get("/pay").status):is(200)
end
expect(upstream.requests):is(8)
