-- SPDX-License-Identifier: Apache-2.0
-- Every request of a connection is for the name of its handshake.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "other.test" { key = "server", upstream = "$upstream" }
    site "*.wild.test" { key = "server", upstream = "$upstream" }
  ]],
}
local misdirected = { "other.test", "unknown.test", "a.shop.test",
  "127.0.0.1", "[::1]" }
local same = { "SHOP.test", "shop.test.", "shop.test:8443" }

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/").status):is(200)
  for _, host in ipairs(misdirected) do
    local again = gateway:connect { sni = "shop.test", tls = version }
    expect(again:get("/").status):is(200)
    local answer = again:request { path = "/", host = host }
    expect(answer.status, host):is(421)
    expect(answer.problem.reason, host):is "misdirected"
  end
  for _, host in ipairs(same) do
    expect(client:request({ path = "/", host = host }).status, host):is(200)
  end
  local target = client:request { path = "https://shop.test/x" }
  expect(target.status):is(200)
  expect(upstream:last().target):is "/x"
  target = client:request { path = "https://other.test/x", host = "shop.test" }
  expect(target.status):is_one_of { 400, 421 }

  local wild = gateway:connect { sni = "a.wild.test", tls = version }
  expect(wild:request({ path = "/", host = "b.wild.test" }).status):is(421)
  wild = gateway:connect { sni = "a.wild.test", tls = version }
  expect(wild:get("/").status):is(200)
end
