-- SPDX-License-Identifier: Apache-2.0
-- shadow and share: what is only tried out is asked for, told and counted, and
-- lets everybody in; a share means the same clients on every worker.
local http = dofile(rig.source .. "/tests/rig/http.lua")
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
local function start(policy)
  return rig.gateway {
    upstream = upstream,
    workers = 2,
    settings = 'log = { access = "' .. rig.folder
      .. '/tried", format = "json" }',
    policy = [[
      trust "staff" { ca = "staff.pem" }
      site "shop.test" {
        key = "server", upstream = "$upstream", trust = "staff",
        ]] .. policy .. [[
      }
    ]],
  }
end
local gateway = start [[
  path "/always" { certificate = "require", shadow = true },
  path "/later" { certificate = "require", shadow = before "2100-01-01" },
  path "/over" { certificate = "require", shadow = before "2020-01-01" },
]]
local count = 0
local function last()
  count = count + 1
  return http.decode_json(gateway:access("tried", count)[count])
end

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client.was_asked):is(true)
  for _, path in ipairs { "/always", "/later" } do
    expect(client:get(path).status):is(200)
    local line = last()
    expect(line.status):is(200)
    expect(line.shadow):is "not_sent"
    expect(line.reason):is(nil)
  end
  expect(client:get("/over").status):is(403)
  expect(last().shadow):is(nil)
  client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client:get("/always").status):is(200)
  expect(last().shadow):is(nil)
  expect(upstream:last().header["client-cert"] ~= nil):is(true)
end

-- 127.0.0.1 is one client: it is in a share of all, and in none of nobody.
-- Where it is not, it is not asked either.
gateway = start [[
  path "/all" { certificate = "require", share = percent(100, "client_ip") },
  path "/none" { certificate = "require", share = percent(0, "client_ip") },
]]
local client = gateway:connect { sni = "shop.test" }
expect(client.was_asked):is(true)
expect(client:get("/all").status):is(403)
client = gateway:connect { sni = "shop.test" }
expect(client:get("/none").status):is(200)
gateway = start [[
  path "/none" { certificate = "require", share = percent(0, "client_ip") },
]]
client = gateway:connect { sni = "shop.test", certificate = ada }
expect(client.was_asked):is(false)
expect(client:get("/none").status):is(200)

-- A share has the same clients on each connection, whichever worker serves it.
for _, percent in ipairs { 33, 66 } do
  gateway = start(([[
    path "/p" { certificate = "require", share = percent(%d, "client_ip") },
  ]]):format(percent))
  local first
  for _ = 1, 6 do
    client = gateway:connect { sni = "shop.test" }
    local status = client:get("/p").status
    first = first or status
    expect(status):is(first)
    expect(client.was_asked):is(first == 403)
    client:close()
  end
end
