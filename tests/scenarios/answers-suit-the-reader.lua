-- SPDX-License-Identifier: Apache-2.0
-- A problem document for programs, a small page for browsers; both with the
-- same facts, and safely quoted.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" {
        certificate = "require", tell = true, why = '<b>"payers" & co</b>',
      },
    }
  ]],
}
local browser = "text/html,application/xhtml+xml,*/*;q=0.8"

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _, accept in ipairs { "*/*", "application/json",
    "application/problem+json, text/html;q=0.5", "text/html;q=0" } do
    local answer = client:get("/pay", { Accept = accept })
    expect(answer.header["content-type"], accept)
      :is "application/problem+json"
    expect(answer.problem, accept):is_not(nil)
    expect(answer.body, accept):contains [[<b>\u0022payers\u0022 & co</b>]]
  end
  local answer = client:get("/pay", { Accept = browser })
  expect(answer.status):is(500)
  expect(answer.header["content-type"]):matches "^text/html; ?charset="
  expect(answer.body):contains "0x80070032"
  expect(answer.body):contains(answer.header["yett-decision"])
  expect(answer.body):contains "&lt;b&gt;&quot;payers&quot; &amp; co"
  expect(answer.body):lacks "<b>\"payers"
  expect(answer.header["cache-control"]):contains "no-store"
end
