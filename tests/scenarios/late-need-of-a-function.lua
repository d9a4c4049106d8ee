-- SPDX-License-Identifier: Apache-2.0
-- The function chose not to ask, or needs what the rules do not.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "quiet.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
      client_hello = function(hello) return ask.none() end,
    }
    site "change.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      request = function(req)
        if req.method ~= "GET" and not req.certificate then
          return need_certificate { why = "changes need a person" }
        end
      end,
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "quiet.test", tls = version }
  expect(client.was_asked):is(false)
  local answer = client:get "/pay"
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "function"

  client = gateway:connect { sni = "change.test", tls = version }
  expect(client.was_asked):is(false)
  expect(client:get("/x").status):is(200)
  answer = client:request { method = "DELETE", path = "/x" }
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(answer.problem.cause):is "policy" -- the site never asks
  expect(client:get("/x").status):is(200)
end
expect(upstream.requests):is(4)
