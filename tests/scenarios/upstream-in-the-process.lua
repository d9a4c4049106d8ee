-- SPDX-License-Identifier: Apache-2.0
-- upstream = "app:pages": an application on libmicrohttpd in the embedder's
-- process, without a port. It sees the client's address, and an identity only
-- where the policy says so.
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  program = "tests/rig/embedder",
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "app:pages", trust = "staff",
      path "/admin" {
        certificate = "require", forward = { client_cert = "rfc9440" },
      },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _ = 1, 3 do
    expect(client:get("/x", { ["Client-Cert"] = ":AAAA:" }).body)
      :is "GET /x from 127.0.0.1, no certificate, body 0\n"
  end
  expect(client:request({ method = "POST", path = "/x",
    body = ("x"):rep(40000) }).body)
    :is "POST /x from 127.0.0.1, no certificate, body 40000\n"
  expect(client:request({ method = "POST", path = "/x",
    chunks = { "abc", "defg" } }).body)
    :is "POST /x from 127.0.0.1, no certificate, body 7\n"
  expect(client:get("/admin").status):is(403)

  client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client:get("/admin/y").body)
    :is "GET /admin/y from 127.0.0.1, certificate, body 0\n"
end
