-- SPDX-License-Identifier: Apache-2.0
-- Of a stranger, for another purpose, or below too many intermediates.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local refused = {
  stranger = rig.authority("stranger"):issue { cn = "Eve" },
  namesake = rig.authority("staff2"):issue { cn = "Ada" },
  ["for servers"] = staff:issue { cn = "Ada", purpose = "server" },
  ["too deep"] = staff:below("one"):below("two"):issue { cn = "Ada" },
}
-- What is told of those that are not just unknown.
local reasons = { ["for servers"] = "wrong_purpose" }
local causes = { ["too deep"] = "too_deep" }
local accepted = {
  direct = staff:issue { cn = "Ada" },
  below = staff:below("three"):issue { cn = "Ada" },
}
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem", depth = 1 }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  for name, certificate in pairs(refused) do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate }
    expect(client.failure, name):is(nil)
    local answer = client:get "/pay"
    expect(answer.status, name):is(403)
    expect(answer.problem.reason, name):is(reasons[name] or "untrusted")
    expect(answer.problem.cause, name):is(causes[name])
    -- Another certificate is offered in another handshake only.
    expect(answer.header.connection, name):is "close"
    expect(client:ending(), name):is "closed"
  end
  for name, certificate in pairs(accepted) do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate }
    expect(client:get("/pay").status, name):is(200)
  end
end
