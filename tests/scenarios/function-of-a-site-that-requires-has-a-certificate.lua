-- SPDX-License-Identifier: Apache-2.0
-- Whoever has none is on a connection older than the rule, or was spared by the
-- hello's function: it gets the answer for that, and the function never runs.
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
    certificate = "require",
    request = function(req)
      if req.certificate.subject ~= "CN=Ada" then return deny { } end
    end,
  }
  site "spared.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    certificate = "require",
    client_hello = function(hello) return ask.none { } end,
    request = function(req) return allow { } end,
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = before }

for _, version in ipairs { "1.2", "1.3" } do
  local old = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(old:get("/").status):is(200)

  expect(gateway:reload(after)):is(true)
  local answer = old:get "/"
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "reloaded"
  expect(old:ending()):is "closed"

  local new = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(new:get("/").status):is(200)

  local spared = gateway:connect { sni = "spared.test", tls = version,
    certificate = ada }
  expect(spared.was_asked):is(false)
  answer = spared:get "/"
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "function"
  expect(gateway:reload(before)):is(true)
end
