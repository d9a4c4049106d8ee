-- SPDX-License-Identifier: Apache-2.0
-- No name, an unknown one, or a function that does not want this client.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "*.wild.test" { key = "server", upstream = "$upstream" }
    site "refuse.test" {
      key = "server", upstream = "$upstream",
      client_hello = function(hello) return refuse {} end,
    }
    site "fail.test" {
      key = "server", upstream = "$upstream",
      client_hello = function(hello) error "no" end,
    }
  ]],
}
local no_name = { ["1.2"] = "unrecognized_name", ["1.3"] = "missing_extension" }

for _, version in ipairs { "1.2", "1.3" } do
  local function failure(sni)
    return gateway:connect({ sni = sni, tls = version }).failure
  end
  expect(failure(nil), "no name"):is(no_name[version])
  expect(failure "unknown.test"):is "unrecognized_name"
  expect(failure "a.b.wild.test"):is "unrecognized_name"
  expect(failure "wild.test"):is "unrecognized_name"
  expect(failure "refuse.test"):is "access_denied"
  expect(failure "fail.test"):is "internal_error"
  expect(failure "a.wild.test"):is(nil)
  expect(failure "SHOP.Test"):is(nil)
end
