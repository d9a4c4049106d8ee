-- SPDX-License-Identifier: Apache-2.0
-- What a handshake agreed on, the group of its key exchange and the gateway's
-- signature, is in the access log and in the record.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream, workers = 1,
  settings = ("log = { access = %q, format = %q, record = %q }"):format(
    rig.folder .. "/access", "json", rig.folder .. "/record"),
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}
local http = dofile(rig.source .. "/tests/rig/http.lua")
local cases = {
  { "NORMAL:-GROUP-ALL:+GROUP-X25519", "x25519", "ecdsa_secp256r1_sha256" },
  { "NORMAL:-GROUP-ALL:+GROUP-SECP384R1", "secp384r1",
    "ecdsa_secp256r1_sha256" },
  { "NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-SECP256R1", "secp256r1",
    "ecdsa_sha256" },
}
for _, case in ipairs(cases) do
  local client = gateway:connect { sni = "shop.test", priority = case[1] }
  case.id = client:get("/pay").header["yett-decision"]
  client:close()
end
local first = gateway:connect { sni = "shop.test", tls = "1.3" }
first:get "/pay"
local again = gateway:connect { sni = "shop.test", tls = "1.3",
  session = first:ticket() }
again:get "/pay"
local lines = gateway:access("access", #cases + 2)
expect(gateway:stop()):is(0)

for i, case in ipairs(cases) do
  local line = http.decode_json(lines[i]) or {}
  expect(line.group, case[1]):is(case[2])
  expect(line.signature, case[1]):is(case[3])
  local said = rig.shell("$yett explain $id --policy $policy 2>&1",
    { yett = rig.build .. "/yett", policy = gateway.path, id = case.id })
  expect(said):contains("group " .. case[2] .. ", signature " .. case[3])
end
