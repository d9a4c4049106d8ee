-- SPDX-License-Identifier: Apache-2.0
-- Reloads under load: no request fails, and no idle connection is closed.
local upstream = rig.upstream()
local function policy(n)
  return ([[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/%d" { certificate = "none" },
    }
  ]]):format(n)
end
local gateway = rig.gateway { upstream = upstream, workers = 2,
  policy = policy(0) }

local idle = {}
for i, version in ipairs { "1.2", "1.3" } do
  idle[i] = gateway:connect { sni = "shop.test", tls = version }
  expect(idle[i]:get("/").status):is(200)
end
local load = gateway:load { sni = "shop.test", path = "/x", threads = 2 }
for n = 1, 12 do
  local before = load:done()
  expect(gateway:reload(policy(n))):is(true)
  local deadline = rig.now() + 10
  while load:done() < before + 20 and rig.now() < deadline do rig.pass(0.01) end
end
local done, failed, first = load:stop()
expect(first):is(nil)
expect(failed):is(0)
expect(done):at_least(240)
for _, client in ipairs(idle) do
  expect(client:get("/").status):is(200)
end
