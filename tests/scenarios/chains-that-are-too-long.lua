-- SPDX-License-Identifier: Apache-2.0
-- Too many certificates are refused as untrusted, with the cause, and not
-- parsed for ever.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local function chain(length)
  local ca = staff
  for i = 2, length do ca = ca:below("sub" .. i) end
  return ca:issue { cn = "Ada" }
end
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem", depth = 10 }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
  ]],
}

local lengths = { [3] = 200, [10] = 200, [11] = 403, [16] = 403, [17] = 403,
  [60] = 403 }
for length, status in pairs(lengths) do
  local ada = chain(length)
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = "shop.test", tls = version,
      certificate = ada }
    local answer = client.failure and { status = client.failure }
      or client:get "/pay"
    expect(answer.status, length):is(status)
    if status == 403 and answer.problem then
      expect(answer.problem.reason, length):is "untrusted"
      expect(answer.problem.cause, length):is "too_large"
    end
  end
end
