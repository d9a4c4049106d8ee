-- SPDX-License-Identifier: Apache-2.0
-- Where a certificate is welcome but not needed, one that does not verify is
-- nobody.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local strangers = {
  rig.authority("stranger"):issue { cn = "Eve" },
  staff:issue { cn = "Old", from = -7200, to = -3600 },
}
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      certificate = "request", forward = { client_cert = "rfc9440" },
      request = function(req)
        if req.path == "/who" and req.certificate then
          return deny { status = 409 }
        end
      end,
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  for _, certificate in ipairs(strangers) do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate }
    expect(client.failure):is(nil)
    expect(client:get("/who").status):is(200)
    expect(upstream:last().header["client-cert"]):is(nil)
  end
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = staff:issue { cn = "Ada" } }
  expect(client:get("/who").status):is(409)
  expect(client:get("/").status):is(200)
  expect(upstream:last().header["client-cert"]):is_not(nil)
end
