-- SPDX-License-Identifier: Apache-2.0
-- A changed rule, CA or revocation list voids the tickets of its scope at once;
-- an unchanged site keeps its own.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada", serial = 5 }
local function policy(mode)
  return ([[
    trust "staff" { ca = "staff.pem", crl = "staff.crl" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "%s" },
    }
    site "calm.test" { key = "server", upstream = "$upstream" }
  ]]):format(mode)
end
staff:revoke {}
local gateway = rig.gateway { upstream = upstream, policy = policy "none" }

for _, version in ipairs { "1.2", "1.3" } do
  local function visit(sni, session, certificate)
    local client = gateway:connect { sni = sni, tls = version,
      session = session, certificate = certificate }
    client.status = client:get("/pay").status
    return client
  end

  local open = visit("shop.test"):ticket()
  local calm = visit("calm.test"):ticket()
  expect(gateway:reload(policy "require")):is(true)
  local client = visit("shop.test", open)
  expect(client.resumed):is(false)
  expect(client.was_asked):is(true)
  expect(client.status):is(403)
  expect(visit("calm.test", calm).resumed):is(true)

  local known = visit("shop.test", nil, ada)
  expect(known.status):is(200)
  local ticket = known:ticket()
  expect(visit("shop.test", ticket, ada).resumed):is(version == "1.3")
  staff:revoke { 5 }
  expect(gateway:reload()):is(true)
  client = visit("shop.test", ticket, ada)
  expect(client.resumed):is(false)
  expect(client.status):is(403)
  expect(known:get("/pay").problem.reason):is "revoked" -- live ones too

  staff:revoke {}
  expect(gateway:reload(policy "none")):is(true)
end
