-- SPDX-License-Identifier: Apache-2.0
-- late = { ... } and the presets of other servers.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/own" {
        certificate = "require",
        late = { status = 403, hresult = 0, title = "Come back with one",
          detail = "Connect anew", type = "https://shop.test/late",
          headers = { ["Retry-After"] = "5" }, close = true },
      },
      path "/text" {
        certificate = "require", late = { body = "too late", type = "text/plain" },
      },
      path "/nginx" { certificate = "require", late = "nginx" },
      path "/apache" { certificate = "require", late = "apache" },
      path "/kong" { certificate = "require", late = "kong" },
      path "/421" { certificate = "require", late = "421" },
      path "/httpsys" { certificate = "require", late = "httpsys" },
    }
  ]],
}
local statuses = { nginx = 400, apache = 403, kong = 401, ["421"] = 421,
  httpsys = 500 }

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get "/own"
  expect(answer.status):is(403)
  expect(answer.problem.title):is "Come back with one"
  expect(answer.problem.detail):is "Connect anew"
  expect(answer.problem.type):is "https://shop.test/late"
  expect(answer.problem.hresult):is(nil)
  expect(answer.header["retry-after"]):is "5"
  expect(answer.header.connection):is "close"
  expect(client:ending()):is "closed"

  client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/text").body):is "too late"
  for name, status in pairs(statuses) do
    client = gateway:connect { sni = "shop.test", tls = version }
    answer = client:get("/" .. name)
    expect(answer.status, name):is(status)
  end
end
expect(upstream.requests):is(0)
