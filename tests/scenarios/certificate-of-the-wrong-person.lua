-- SPDX-License-Identifier: Apache-2.0
-- Good, but not one of those that the rule names.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada", email = "ada@staff.test" }
local bob = staff:issue { cn = "Bob", email = "bob@staff.test" }
local long = staff:issue { cn = "ada@staff.test.evil",
  email = "ada@staff.test.evil" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/all" { certificate = "require" },
      path "/ada" {
        certificate = "require", identity = { email = "ada@staff.test" },
      },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  for _, person in ipairs { bob, long } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = person }
    expect(client:get("/all").status):is(200)
    local answer = client:get "/ada"
    expect(answer.status):is(403)
    expect(answer.problem.reason):is "identity"
    expect(client:ending()):is "closed"
  end
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client:get("/ada").status):is(200)
end
