-- SPDX-License-Identifier: Apache-2.0
-- What does not load changes nothing, and the log says where it is wrong.
local upstream = rig.upstream()
local good = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
local bad = {
  [[ site "shop.test" { key = "server", upstrem = "$upstream" } ]],
  [[ site "shop.test" { key = "nokey", upstream = "$upstream" } ]],
  [[ site "shop.test" { key = "server", ]],
  [[ error "no" ]],
}
local gateway = rig.gateway { upstream = upstream, policy = good }

local clients = {}
for _, version in ipairs { "1.2", "1.3" } do
  clients[version] = gateway:connect { sni = "shop.test", tls = version }
  expect(clients[version]:get("/").status):is(200)
end
for i, policy in ipairs(bad) do
  local fine, event = gateway:reload(policy)
  expect(fine, "policy " .. i):is(false)
  expect(event.line, "policy " .. i):contains "policy"
end
for _, version in ipairs { "1.2", "1.3" } do
  expect(clients[version]:get("/").status):is(200)
  local new = gateway:connect { sni = "shop.test", tls = version }
  expect(new:get("/").status):is(200)
end

-- The log names each policy, by what its files say.
local digests = {}
for i, policy in ipairs { good, good .. "-- other", good } do
  local fine, event = gateway:reload(policy)
  expect(fine):is(true)
  digests[i] = event.digest
end
expect(digests[1]):matches "^%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x$"
expect(digests[2]):is_not(digests[1])
expect(digests[3]):is(digests[1])
