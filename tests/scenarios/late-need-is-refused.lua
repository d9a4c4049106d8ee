-- SPDX-License-Identifier: Apache-2.0
-- A path wants a certificate, but the site never asks for one in the handshake:
-- the answer is what http.sys gives, and the connection lives on.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
  ]],
  rig.authority "staff",
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    post_handshake_auth = true }
  expect(client.was_asked):is(false)

  local answer = client:get "/pay/now"
  expect(answer.status):is(500)
  expect(answer.header["content-type"]):is "application/problem+json"
  expect(answer.header["yett-error"])
    :is "ERROR_NOT_SUPPORTED (0x80070032)"
  local problem = answer.problem or {}
  expect(problem.status):is(500)
  expect(problem.title):is_not(nil)
  expect(problem.reason):is "late"
  expect(problem.cause):is "policy"
  expect(problem.code):is(50)
  expect(problem.hresult):is "0x80070032"
  expect(problem.decision):is(answer.header["yett-decision"])
  expect(problem.decision):is_not(nil)

  expect(client:get("/").body):is "hello" -- the connection lives on
  expect(client:asked_late()):is(false)
end
expect(upstream.requests):is(2)
