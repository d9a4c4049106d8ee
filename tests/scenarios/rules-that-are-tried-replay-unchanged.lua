-- SPDX-License-Identifier: Apache-2.0
-- Shadow, share, learning and preflights are decided by facts that the record
-- has: under the same policy everything is decided again alike.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    gateway { workers = 1, log = { record = "decisions.ndjson" } }
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/shadow" { certificate = "require", shadow = before "2100-01-01" },
      path "/half" { certificate = "require",
        share = percent(50, "client_ip") },
      path "/api" { certificate = "require", preflight = "allow" },
    }
    site "late.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require", late = { learn = "60s" } },
    }
  ]],
}
local preflight = { Origin = "https://a.test",
  ["Access-Control-Request-Method"] = "PUT" }

local lines = 0
for _, version in ipairs { "1.2", "1.3" } do
  for _, certificate in ipairs { false, ada } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = certificate or nil }
    expect(client:get("/shadow").status):is(200)
    expect(client:request({ method = "OPTIONS", path = "/api",
      headers = preflight }).status):is(200)
    client:get "/half"
    client:close()
    client = gateway:connect { sni = "late.test", tls = version,
      certificate = certificate or nil }
    client:get "/pay"
    client:close()
    lines = lines + 6
  end
end
expect(gateway:stop()):is(0)

local record = rig.read "decisions.ndjson" or ""
expect(select(2, record:gsub("\n", ""))):is(lines)
expect(record):contains '"shadow":"not_sent"'
expect(record):contains '"hello_learned":true'
expect(record):contains '"preflight":true'
local said, code = rig.shell("$yett impact $policy --log $log",
  { yett = rig.build .. "/yett", policy = gateway.path,
    log = rig.folder .. "/decisions.ndjson" })
expect(code, said):is(0)
expect(said):contains(("(%d exactly; 0 cannot be told)"):format(lines))
