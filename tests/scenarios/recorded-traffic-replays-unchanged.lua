-- SPDX-License-Identifier: Apache-2.0
-- Decisions are written down and, under the same policy, made again alike; a
-- stricter one is seen to change them. No secret is in the record.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "ada", dns = { "ada.staff.test" } }
local policy = [[
  gateway { workers = 1, log = { record = "decisions.ndjson" } }
  trust "staff" { ca = "staff.pem" }
  site "shop.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    request = function(req)
      if req.headers["x-device"] == "7" or req.headers.cookie == "no" then
        return deny { status = 403 }
      end
    end,
    path "/pay" { certificate = "require" },
    path "/ada" { certificate = "require",
      identity = { dns = "*.staff.test" } },
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }

for _, version in ipairs { "1.2", "1.3" } do
  for _, certificate in ipairs { false, ada } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate or nil }
    for _, path in ipairs { "/open?token=geheim", "/pay", "/ada" } do
      client:get(path, { Cookie = "geheim", Authorization = "geheim" })
    end
    client:get("/open", { ["X-Device"] = "7" })
    client:close()
  end
end
expect(gateway:stop()):is(0)

local record = rig.read "decisions.ndjson" or ""
local _, lines = record:gsub("\n", "")
-- A client that shows nothing is let go of after its second request.
expect(lines):is(2 * 3 + 2 * 5)
expect(record):contains '"x-device":"7"'
expect(record):lacks "geheim"
expect(record):lacks "ada.staff.test"

local function impact(path)
  return rig.shell("$yett impact $policy --log $log",
    { yett = rig.build .. "/yett", policy = path,
      log = rig.folder .. "/decisions.ndjson" })
end
local said, code = impact(gateway.path)
expect(code, said):is(0)
-- The function asked for a cookie, which is never written down.
expect(said):contains 'cannot be told: header "cookie"'

local blind = policy:gsub(' or req.headers.cookie == "no"', "")
gateway:write(blind)
said, code = impact(gateway.path)
expect(code, said):is(0)
expect(said):contains "Replayed 16 decisions (16 exactly; 0 cannot be told)"

gateway:write((blind:gsub('path "/pay"', 'path "/open"')))
said, code = impact(gateway.path)
expect(code, said):is(3)
expect(said):contains "allowed -> 403 not_sent"
expect(said):contains "403 not_sent -> allowed"
