-- SPDX-License-Identifier: Apache-2.0
-- A ClientHello in records of one byte is decided like any other.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "open.test" { key = "server", upstream = "$upstream" }
    site "closed.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      certificate = "require",
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local function visit(sni, certificate)
    local client = gateway:connect { sni = sni, tls = version,
      certificate = certificate, fragment = true }
    return client, client.failure and 0 or client:get("/").status
  end
  local client, status = visit "open.test"
  expect(client.was_asked):is(false)
  expect(status):is(200)
  client, status = visit "closed.test"
  expect(client.was_asked):is(true)
  expect(status):is(0)
  client, status = visit("closed.test", ada)
  expect(client.was_asked):is(true)
  expect(status):is(200)
end
