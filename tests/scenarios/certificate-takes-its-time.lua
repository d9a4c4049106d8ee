-- SPDX-License-Identifier: Apache-2.0
-- Who is asked for a certificate has longer than a handshake may take, for a
-- person may have to type a PIN; but not for ever, and not all of an address.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }

local function start(settings)
  return rig.gateway { upstream = upstream, settings = settings, policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
    site "open.test" { key = "server", upstream = "$upstream" }
  ]] }
end

local gateway = start 'timeouts = { handshake = "300ms", certificate = "2s" }'
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada, thinks = 0.8 }
  expect(client.failure, version):is(nil)
  expect(client:get("/pay").status, version):is(200)
  client:close()
  client = gateway:connect { sni = "open.test", tls = version, thinks = 0.8 }
  client:close()
end
local late = gateway:connect { sni = "shop.test", certificate = ada,
  thinks = 2.6 }
expect(late:get("/pay").status):is(0)
local event = gateway:await "handshake-timeout" or {}
expect(event.waited_for):is "certificate"
expect(event.sni):is "shop.test"
local silent = rig.dial(gateway.port)
expect((gateway:await "handshake-timeout" or {}).waited_for):is "hello"
silent:close()

-- One of an address at a time: the next has the handshake's time only.
gateway = start('timeouts = { handshake = "300ms", certificate = "2s" }, '
  .. "limits = { choosing_per_address = 0 }")
late = gateway:connect { sni = "shop.test", certificate = ada, thinks = 0.8 }
expect(late:get("/pay").status):is(0)
expect((gateway:await "handshake-timeout" or {}).waited_for):is "certificate"
