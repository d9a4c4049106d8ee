-- SPDX-License-Identifier: Apache-2.0
-- Forwarded, X-Forwarded-* and Via tell what the gateway saw; what a client
-- claims does not arrive as ours.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:request { path = "/", host = "shop.test:8443",
    headers = {
      { "Forwarded", "for=203.0.113.9;proto=http" },
      { "X-Forwarded-For", "203.0.113.9" },
      { "X-Forwarded-Proto", "http" },
      { "X-Forwarded-Host", "evil.test" },
      { "X_Forwarded_Host", "evil.test" },
      { "X-Real-IP", "203.0.113.9" },
    } }
  expect(answer.status):is(200)
  local request = upstream:last()
  local header = request.header
  expect(header.host):is "shop.test:8443"
  expect(header.forwarded):contains "for=127.0.0.1"
  expect(header.forwarded):contains "proto=https"
  expect(header["x-forwarded-for"]):matches "127%.0%.0%.1$"
  expect(header["x-forwarded-proto"]):is "https"
  expect(header["x-forwarded-host"]):is "shop.test:8443"
  expect(header.via):matches "1%.1 "
  expect(request.head):lacks "evil"
  expect(request.head):lacks "proto=http;"
end
