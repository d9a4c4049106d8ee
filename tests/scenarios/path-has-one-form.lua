-- SPDX-License-Identifier: Apache-2.0
-- However /admin is spelt, it is /admin or it is refused; the origin
-- gets the form that was decided on.
local upstream = rig.upstream()
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/admin" { certificate = "require" },
    }
    site "iis.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      case = "insensitive",
      path "/Admin" { certificate = "require" },
    }
  ]],
}
local spellings = { "/admin", "/admin/", "//admin", "/./admin", "/x/../admin",
  "/%61dmin", "/%61%64%6d%69%6e", "/admin;x", "/admin/..;/admin", "/admin?x",
  "/x/%2e%2e/admin", "/admin/./x", "/x/..//admin", "/admin%2fx", "/x/..%2fadmin",
  "/%2e/admin", "/admin;/x", "/\\admin", "/x\\..\\admin", "/%5cadmin",
  "///admin", "/.//admin", "/admin//", "/admin/.", "/admin/x/..",
  "/x/y/../../admin", "/admin/../admin", "/x/./../admin", "/%2E/%61dmin",
  "/x/%2E%2E/admin", "/x/.%2e/admin", "/x/%2e./admin", "/%2561dmin/../admin",
  "/admin;", "/admin;a=b;c", "/admin;%2f", "/admin;/../admin", "/x;/../admin",
  "/;/../admin", "/..;/admin", "/.;/admin", "/x/..;x=y/admin", "/admin%3bx/../admin",
  "/%2fadmin", "/x%2f..%2fadmin", "/admin%00", "/admin%20/../admin",
  "/admin#x", "/admin%23/../admin", "/%c0%afadmin", "/%e0%80%afadmin",
  "/%c1%a1dmin", "/admi%6e", "/ADM%49N/../admin", "/%0aadmin", "/admin%0d",
  "/admin/%2e%2e/admin", "https://shop.test/admin", "https://shop.test//admin/",
  "http://SHOP.test/x/../admin", "/admin/%2e", "/admin??", "/admin?/../x",
  "/%", "/%6", "/%zzadmin", "/admin\\..\\x", "/admin%5c..%5cx" }
expect(#spellings):at_least(60)

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _, path in ipairs(spellings) do
    local answer = client:get(path)
    expect(answer.status, path):is_one_of { 400, 403 }
    if answer.header.connection == "close" then
      client = gateway:connect { sni = "shop.test", tls = version }
    end
  end
  for _, path in ipairs { "/ADMIN", "/%41dmin", "/aDMIN/x" } do
    local client = gateway:connect { sni = "iis.test", tls = version }
    expect(client:get(path).status, path):is(403)
  end
  client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/a/./b//c/../%64?q=%2f").status):is(200)
  expect(upstream:last().target):is "/a/b/d?q=%2f"
  expect(client:get("/admin/../x").status):is(200)
  expect(upstream:last().target):is "/x"
end
expect(upstream.requests):is(4)
