-- SPDX-License-Identifier: Apache-2.0
-- Even where the client offers it: a late need is answered, not negotiated.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
    site "seen.test" {
      key = "server", upstream = "$upstream",
      client_hello = function(hello)
        if hello.offers_post_handshake_auth then return refuse {} end
      end,
    }
  ]],
}

local client = gateway:connect { sni = "shop.test", tls = "1.3",
  certificate = ada, post_handshake_auth = true }
for _ = 1, 3 do
  expect(client:get("/pay").status):is(500)
  expect(client:get("/").status):is(200)
end
expect(client:asked_late()):is(false)
expect(client.core:fact "was_asked"):is(false)
expect(upstream.requests):is(3)

-- The policy may know of the offer.
expect(gateway:connect({ sni = "seen.test", tls = "1.3",
  post_handshake_auth = true }).failure):is "access_denied"
expect(gateway:connect({ sni = "seen.test", tls = "1.3" }).failure):is(nil)
