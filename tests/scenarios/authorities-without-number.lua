-- SPDX-License-Identifier: Apache-2.0
-- More names of authorities than fit in a handshake: none are sent, a warning
-- says so, and everybody gets in as before. `names = false` sends none either.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local long = { rig.read "staff.pem" }
for i = 1, 360 do
  long[#long + 1] = rig.root(("Authority %d of a very long list, whose name "):format(i)
    .. ("goes on "):rep(12)):certificate()
end
rig.write("list.pem", table.concat(long))
local ada = staff:issue { cn = "Ada" }

local policy = [[
  trust "list" { ca = "list.pem" }
  trust "staff" { ca = "staff.pem" }
  trust "quiet" { ca = "staff.pem", names = false }
  site "list.test" {
    key = "server", upstream = "$upstream", trust = "list",
    path "/" { certificate = "none" },
    path "/card" { certificate = "require" },
  }
  site "staff.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    path "/card" { certificate = "require" },
  }
  site "quiet.test" {
    key = "server", upstream = "$upstream", trust = "quiet",
    path "/card" { certificate = "require" },
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }
expect(gateway:said()):contains "[W242]"

local names = { ["list.test"] = 0, ["staff.test"] = 1, ["quiet.test"] = 0 }
for _, version in ipairs { "1.2", "1.3" } do
  for sni, count in pairs(names) do
    local client = gateway:connect { sni = sni, tls = version,
      certificate = ada }
    expect(client.failure, sni):is(nil)
    expect(client.was_asked, sni):is(true)
    expect(select(2, client.ca_names:gsub("\n", "")), sni):is(count)
    expect(client:get("/card").status, sni):is(200)
    client:close()
    client = gateway:connect { sni = sni, tls = version }
    expect(client:get("/").status, sni):is(200)
    client:close()
  end
end
