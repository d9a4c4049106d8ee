-- SPDX-License-Identifier: Apache-2.0
-- A reload with a list past its date, a broken or a missing one keeps the old
-- policy.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
staff:revoke {}
local policy = [[
  trust "staff" { ca = "staff.pem", crl = "staff.crl" }
  site "shop.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    path "/pay" { certificate = "require" },
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }

local function works()
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = ada }
    expect(client:get("/pay").status):is(200)
    client:close()
  end
end

works()
staff:revoke({}, -7200, -3600)
expect(gateway:reload()):is(false)
rig.write("staff.crl", "nonsense")
expect(gateway:reload()):is(false)
os.remove(rig.folder .. "/staff.crl")
expect(gateway:reload()):is(false)
works()
