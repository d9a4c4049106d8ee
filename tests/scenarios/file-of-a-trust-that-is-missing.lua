-- SPDX-License-Identifier: Apache-2.0
-- A list that is past its date, broken or missing, or a missing authority,
-- refuses whom it would let in, in a start and in a reload, and nobody else.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
staff:revoke {}
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem", crl = "staff.crl" }
    trust "nobody" { ca = "nobody.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
    site "void.test" {
      key = "server", upstream = "$upstream", trust = "nobody",
      path "/pay" { certificate = "require" },
    }
  ]],
}

local function answers(site, wanted, why)
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = site, tls = version,
      certificate = ada }
    expect(client:get("/").status, why):is(200)
    expect(client:get("/pay").status, why):is(wanted)
    client:close()
  end
end

-- Told with the others, and once more as what it is.
expect(gateway:said()):contains "nobody.pem"
expect(gateway:said()):contains "[W241]"
expect((gateway:await "trust-short" or {}).trust):is "nobody"
answers("shop.test", 200)
answers("void.test", 403, "no authority")

local function becomes(why, wanted, event)
  expect(gateway:reload()):is(true)
  answers("shop.test", wanted, why)
  if event then expect((gateway:await(event) or {}).trust):is "staff" end
end

staff:revoke({}, -7200, -3600)
becomes("stale", 403, "crl-stale")
rig.write("staff.crl", "nonsense")
becomes("nonsense", 403)
os.remove(rig.folder .. "/staff.crl")
becomes("missing", 403)
expect(gateway:said()):contains "cannot open"
staff:revoke {}
becomes("there again", 200)

-- An authority that comes later is taken up by a reload.
rig.write("nobody.pem", rig.read "staff.pem")
becomes("all there", 200)
answers("void.test", 200)

-- A start does the same as a reload.
os.remove(rig.folder .. "/staff.crl")
gateway:stop()
gateway = rig.gateway { upstream = upstream, policy = rig.read(gateway.path) }
answers("shop.test", 403, "a start without a list")
