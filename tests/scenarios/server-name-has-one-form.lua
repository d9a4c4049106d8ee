-- SPDX-License-Identifier: Apache-2.0
-- However a client spells a name, in the handshake and in Host, it finds the
-- one site of that name and what that site asks for; what is no name finds
-- none. Two hundred sites, of which every other wants a certificate.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    for i = 1, 200 do
      site("n" .. i .. ".xn--bcher-kva.test") {
        key = "server", upstream = "$upstream", trust = "staff",
        certificate = i % 2 == 1 and "request" or "none",
      }
    end
    site "*.wild.test" { key = "server", upstream = "$upstream" }
  ]],
}

local function mixed(name)
  return (name:gsub("%a", function(letter)
    return letter:byte() % 2 == 0 and letter:upper() or letter
  end))
end
local spellings = {
  function(name) return name end,
  function(name) return name:upper() end,
  function(name) return name .. "." end,
  function(name) return mixed(name) .. "." end,
}

for i = 1, 200 do
  local name = "n" .. i .. ".xn--bcher-kva.test"
  local sni = spellings[i % 4 + 1](name)
  local client = gateway:connect { sni = sni,
    tls = i % 3 == 0 and "1.2" or "1.3" }
  expect(client.failure, sni):is(nil)
  expect(client.was_asked, sni):is(i % 2 == 1)
  local host = spellings[i // 4 % 4 + 1](name)
  local answer = client:request { path = "/", host = host }
  expect(answer.status, sni .. " " .. host):is(200)
  expect(upstream:last().header.host):is(name)
  client:close()
end
expect(upstream.requests):is(200)

-- Not quite a name, or nobody's.
for _, sni in ipairs {
  "n1..xn--bcher-kva.test", ".n1.xn--bcher-kva.test",
  "n1.xn--bcher-kva.test..", "n201.xn--bcher-kva.test",
  "xn--bcher-kva.test", "n1.xn--bcher-kva.test.test", "n1_.test",
  "a.b.wild.test", "wild.test",
  ("a."):rep(123) .. "wild.test",
} do
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = sni, tls = version }
    expect(client.failure, sni):is_one_of { "unrecognized_name",
      "decode_error" }
  end
end
expect(gateway:connect { tls = "1.3" }.failure):is "missing_extension"
expect(gateway:connect { tls = "1.2" }.failure):is "unrecognized_name"
