-- SPDX-License-Identifier: Apache-2.0
-- The number of workers stays as it was started: a reload that declares another
-- one is in force in all else, and says so, to the log and beside the policy;
-- one that declares what runs says nothing.
local upstream = rig.upstream()
local policy = [[
  site "shop.test" {
    key = "server", upstream = "$upstream",
  }
]]
local gateway = rig.gateway { upstream = upstream, workers = 2, policy = policy }

expect(gateway:reload(policy)):is(true)
expect(gateway:said()):lacks "restart-needed"
expect(gateway:said()):lacks "W230"

local other = 'gateway { workers = 3 }\n' .. policy
  .. 'site "more.test" { key = "server", upstream = "$upstream" }\n'
expect(gateway:reload(other)):is(true)
local said = gateway:said()
expect(said):contains "restart-needed setting=workers declared=3 running=2"
expect(said):contains "workers is 3 now, and 2 run"
expect(said):contains "[W230]"
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "more.test", tls = version }
  expect(client:get("/").status):is(200)
end
