-- SPDX-License-Identifier: Apache-2.0
-- Renewed keys, authorities and lists are taken up without a signal, all or
-- nothing, by the policy text that is in force; a pair that does not match keeps
-- the old.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada", serial = 7 }
staff:revoke {}
local ca = rig.authority "sites"
local function issue(cn)
  return ca:issue { cn = cn, dns = { "shop.test" }, purpose = "server",
    file = "shop" }
end
issue "first"
local policy = [[
  trust "staff" { ca = "staff.pem", crl = "staff.crl" }
  site "shop.test" {
    key = "shop", upstream = "$upstream", trust = "staff",
    path "/pay" { certificate = "require" },
    path "/metrics" { upstream = "app:metrics" },
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }

local function pay()
  local client = gateway:connect { sni = "shop.test", certificate = ada }
  local status = client:get("/pay").status
  client:close()
  return status
end
expect(pay()):is(200)

-- Idle connections and the text that is on disk do not matter.
local idle = gateway:connect { sni = "shop.test" }
expect(idle:get("/").status):is(200)
gateway:write "this is no policy"
issue "second"
local event = gateway:await("renewed", "renewal-failed") or {}
if event.event == "renewal-failed" then -- seen between the two files
  event = gateway:await "renewed" or {}
end
expect(event.event):is "renewed"
expect(idle:get("/").status):is(200)

-- A list that takes Ada's away.
staff:revoke { 7 }
expect((gateway:await("renewed") or {}).trust):is "staff"
expect(pay()):is(403)
staff:revoke {}
expect((gateway:await("renewed") or {}).trust):is "staff"
expect(pay()):is(200)

-- Half of a pair, and what is no list, change nothing, and are told once.
local good = rig.read "shop.key"
rig.write("shop.key", rig.read "staff.crl")
expect((gateway:await "renewal-failed" or {}).event):is "renewal-failed"
rig.write("staff.crl", "nonsense")
expect((gateway:await "renewal-failed" or {}).event):is "renewal-failed"
expect(pay()):is(200)
rig.pass(2.5)
local _, count = gateway:said():gsub("renewal%-failed", "")
expect(count):at_most(3)
rig.write("shop.key", good)
staff:revoke {}
rig.pass(2.5)
expect(pay()):is(200)

local client = gateway:connect { sni = "shop.test" }
local page = client:get("/metrics").body
expect(page):matches
  'yett_certificate_not_after_seconds{site="shop.test"} %d+'
expect(page):matches 'yett_certificate_not_after_seconds{trust="staff"} %d+'

-- It was the text in force all the time.
local digest
for other in gateway:said():gmatch "digest=(%x+)" do
  digest = digest or other
  expect(other):is(digest)
end

-- What ends is told by its stages.
gateway:write(policy)
ca:issue { cn = "brief", dns = { "shop.test" }, purpose = "server",
  file = "shop", from = -86400 * 60, to = 86400 * 3 }
event = gateway:await("certificate-ends") or {}
expect(event.site):is "shop.test"
expect(event.level):is "warn"

-- Whoever does not want it says so.
gateway:stop()
gateway = rig.gateway { upstream = upstream, policy = policy,
  settings = "follow = false" }
staff:revoke { 7 }
rig.pass(3)
expect(pay()):is(200)
