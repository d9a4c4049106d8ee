-- SPDX-License-Identifier: Apache-2.0
-- preflight = "allow": CORS preflights, which never carry a certificate, reach
-- the upstream; anything that only looks like one does not.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      preflight = "allow",
      request = function(req)
        if req.path == "/f" then return need_certificate { } end
      end,
      path "/api" { certificate = "require" },
      path "/shut" { certificate = "require", preflight = "refuse" },
      path "/late" { certificate = "require" },
    }
  ]],
}
local preflight = { Origin = "https://a.test",
  ["Access-Control-Request-Method"] = "PUT" }

for _, version in ipairs { "1.2", "1.3" } do
  -- A refusal closes, for another handshake might show a certificate.
  local function ask(method, path, headers)
    local client = gateway:connect { sni = "shop.test", tls = version }

    return client:request({ method = method, path = path, headers = headers })
      .status
  end

  expect(ask("OPTIONS", "/api", preflight)):is(200)
  expect(upstream:last().header["client-cert"]):is(nil)
  expect(ask("OPTIONS", "/f", preflight)):is(200)
  expect(ask("OPTIONS", "/shut", preflight)):is(403)
  expect(ask("OPTIONS", "/api", { Origin = "https://a.test" })):is(403)
  expect(ask("OPTIONS", "/api",
    { ["Access-Control-Request-Method"] = "PUT" })):is(403)
  expect(ask("OPTIONS", "/api")):is(403)
  expect(ask("GET", "/api", preflight)):is(403)
  expect(ask("GET", "/f", preflight)):is(403)
end
