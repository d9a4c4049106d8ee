-- SPDX-License-Identifier: Apache-2.0
-- certificate = "require" on a site: the alert names the real cause.
local upstream = rig.upstream()
local staff = rig.authority "staff"
staff:revoke { 5 }
local none_sent = { ["1.2"] = "handshake_failure",
  ["1.3"] = "certificate_required" }
local alerts = {
  { rig.authority("stranger"):issue { cn = "Eve" }, "unknown_ca" },
  { staff:issue { cn = "Ada", from = -7200, to = -3600 },
    "certificate_expired" },
  { staff:issue { cn = "Ada", serial = 5 }, "certificate_revoked" },
  { staff:issue { cn = "Ada", purpose = "server" }, "bad_certificate" },
}
local ada = staff:issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem", crl = "staff.crl" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      certificate = "require",
    }
  ]],
}

-- In TLS 1.3 the client is done before the server has looked.
local function outcome(client)
  if client.failure then return client.failure end
  local answer = client:get "/"
  return answer.status == 0 and answer.ended or answer.status
end

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(outcome(client), "none sent"):is(none_sent[version])
  expect(client.was_asked):is(true)
  for _, case in ipairs(alerts) do
    client = gateway:connect { sni = "shop.test", tls = version,
      certificate = case[1] }
    expect(outcome(client)):is(case[2])
  end
  client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(outcome(client)):is(200)
end
expect(upstream.requests):is(2)
