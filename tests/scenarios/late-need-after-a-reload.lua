-- SPDX-License-Identifier: Apache-2.0
-- The connection is older than the rule: it is told so and closed, because its
-- client's next handshake is asked.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local before = [[
  trust "staff" { ca = "staff.pem" }
  site "shop.test" { key = "server", upstream = "$upstream", trust = "staff" }
]]
local after = [[
  trust "staff" { ca = "staff.pem" }
  site "shop.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    path "/pay" { certificate = "require" },
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = before }

for _, version in ipairs { "1.2", "1.3" } do
  local old = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(old.was_asked):is(false)
  expect(old:get("/pay").status):is(200)

  expect(gateway:reload(after)):is(true)
  expect(old:get("/").status):is(200) -- open as before, and not closed
  local answer = old:get "/pay"
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "reloaded"
  expect(answer.header.connection):is "close"
  expect(old:ending()):is "closed"

  local new = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(new.was_asked):is(true)
  expect(new:get("/pay").status):is(200)
  expect(gateway:reload(before)):is(true)
end
