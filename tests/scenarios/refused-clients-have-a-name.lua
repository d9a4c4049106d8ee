-- SPDX-License-Identifier: Apache-2.0
-- Logs tell whose certificate was refused and whose was taken, and why: as much
-- of it as log.certificate lets them.
local upstream = rig.upstream()
local staff, other = rig.authority "staff", rig.authority "other"
local ada = staff:issue { cn = "Ada", email = "ada@corp.test", serial = 77 }
local eve = other:issue { cn = "Eve", uri = "spiffe://evil.test/x" }
local server = staff:issue { cn = "Web", purpose = "server" }

local policy = [[
  gateway { workers = 1, log = { access = "access.log", certificate = "$how" } }
  trust "staff" { ca = "staff.pem" }
  site "may.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    path "/pay" { certificate = "require" },
  }
  site "must.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    certificate = "require",
  }
]]

local function lines_of(name)
  local lines = {}
  for line in (rig.read(name) or ""):gmatch "[^\n]+" do
    lines[#lines + 1] = line
  end
  return lines
end

for _, how in ipairs { "full", "masked", "none" } do
  os.remove(rig.folder .. "/access.log")
  local gateway = rig.gateway { upstream = upstream,
    policy = (policy:gsub("$how", how)) }
  local function get(certificate)
    local client = gateway:connect { sni = "may.test", certificate = certificate }
    local status = client:get("/pay").status
    client:close()
    return status
  end
  expect(get(ada)):is(200)
  expect(get(eve)):is(403)
  expect(get(server)):is(403)
  expect(gateway:connect({ sni = "must.test", certificate = eve, tls = "1.2" })
    .failure):is "unknown_ca"
  local failed = gateway:await "handshake-failed"
  expect(failed.outcome):is "untrusted"
  local said = gateway:said()
  gateway:stop()
  local log = lines_of "access.log"
  expect(#log):is(3)
  expect(said):contains "reason=wrong_purpose"
  if how == "full" then
    expect(failed.subject):is "CN=Eve"
    expect(failed.names):is "uri:spiffe://evil.test/x"
    expect(said):contains 'reason=untrusted cause= client=127.0.0.1 subject="CN=Eve" issuer="CN=other"'
    expect(log[1]):contains '"subject":"CN=Ada","issuer":"CN=staff","serial":"4d","sha256":"'
    expect(log[1]):contains '"trust":"staff"'
    expect(log[2]):contains '"subject":"CN=Eve"'
    expect(log[2]):lacks '"trust"'
    expect(log[3]):contains '"reason":"wrong_purpose"'
  else
    expect(said .. table.concat(log)):lacks "Ada"
    expect(said .. table.concat(log)):lacks "Eve"
    if how == "masked" then
      expect(log[2]):contains '"issuer":"CN=other","sha256":"'
    else
      expect(said):lacks " sha256="
      expect(table.concat(log)):lacks '"sha256":'
    end
  end
end
