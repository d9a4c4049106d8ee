-- SPDX-License-Identifier: Apache-2.0
-- late = { redirect = ... }: people are sent to a name whose handshake asks,
-- with their path and query, and nothing that a client sends makes it another
-- name or another field.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" {
        certificate = "require",
        late = { redirect = "https://cert.shop.test{path}{query}",
          headers = { ["Retry-After"] = "1" } },
      },
      path "/fixed" {
        certificate = "require",
        late = { redirect = "https://cert.shop.test:8443/start?a=b" },
      },
    }
    site "cert.shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get "/pay/./%61b?x=1&y=%0d%0aSet-Cookie:%20a"
  expect(answer.status):is(307)
  expect(answer.header.location):is(
    "https://cert.shop.test/pay/ab?x=1&y=%0d%0aSet-Cookie:%20a")
  expect(answer.header["set-cookie"]):is(nil)
  expect(answer.header["retry-after"]):is "1"
  expect(answer.header["yett-error"]):is(nil)
  expect(answer.header["cache-control"]):is "no-store"
  expect(answer.problem.reason):is "late"
  expect(answer.problem.title):is "Temporary Redirect"
  expect(answer.problem.hresult):is(nil)

  -- The connection lives on; a method that is not safe is kept by 307.
  answer = client:request { method = "POST", path = "/pay", body = "x" }
  expect(answer.status):is(307)
  expect(answer.header.location):is "https://cert.shop.test/pay"
  answer = client:get "//pay//evil.test"
  expect(answer.header.location):is "https://cert.shop.test/pay/evil.test"
  answer = client:get '/pay?a="<>{path}'
  expect(answer.header.location):is(
    "https://cert.shop.test/pay?a=%22%3C%3E%7Bpath%7D")
  expect(client:get("/fixed/x?y").header.location):is(
    "https://cert.shop.test:8443/start?a=b")
  expect(client:get("/").status):is(200)

  -- Where they are sent, they are asked.
  local asked = gateway:connect { sni = "cert.shop.test", tls = version,
    certificate = ada }
  expect(asked.was_asked):is(true)
  expect(asked:get("/pay/ab?x=1").status):is(200)
end
