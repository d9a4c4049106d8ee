-- SPDX-License-Identifier: Apache-2.0
-- However /admin is spelt, it is /admin or it is refused (I-15); the origin
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
  "/%2e/admin", "/admin;/x", "/\\admin", "/x\\..\\admin", "/%5cadmin" }

for _, version in ipairs { "1.2", "1.3" } do
  for _, path in ipairs(spellings) do
    local client = gateway:connect { sni = "shop.test", tls = version }
    expect(client:get(path).status, path):is_one_of { 400, 403 }
  end
  for _, path in ipairs { "/ADMIN", "/%41dmin", "/aDMIN/x" } do
    local client = gateway:connect { sni = "iis.test", tls = version }
    expect(client:get(path).status, path):is(403)
  end
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/a/./b//c/../%64?q=%2f").status):is(200)
  expect(upstream:last().target):is "/a/b/d?q=%2f"
  expect(client:get("/admin/../x").status):is(200)
  expect(upstream:last().target):is "/x"
end
expect(upstream.requests):is(4)
