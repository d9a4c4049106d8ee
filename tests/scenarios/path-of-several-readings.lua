-- SPDX-License-Identifier: Apache-2.0
-- What a site keeps in its paths, %2F, %5C and runs of slashes, reaches the
-- origin as it was sent; and in no spelling of /admin, by whatever reading of
-- the origin, does it get there without the certificate.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    local admin = path "/admin" { certificate = "require" }
    site "keep.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      encoded_slash = "keep", encoded_backslash = "keep", merge_slashes = false,
      admin,
    }
    site "iis.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      case = "insensitive", encoded_slash = "keep", encoded_backslash = "keep",
      admin,
    }
    site "npm.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/npm" { encoded_slash = "keep" }, admin,
    }
  ]],
}
local ways = { "/", "/x/..%2f", "/x/..%2F", "/x%2f..%2f", "/x%2f../",
  "/x/%2e%2e%2f", "/%2f", "/%2F%2f", "/.%2f", "/x/..%5c", "/x%5c..%5c", "/%5c",
  "/x/..\\", "//", "/x//../", "/x%2fy%2f..%2f..%2f", "/x%2f%2f..%2f..%2f",
  "/npm/..%2f", "/npm%2f..%2f" }
local names = { "admin", "admin/x", "%61dmin", "admin%2f", "admin%2Fx",
  "admin;a%2fx", "admin%5cx", "admin\\x", "admin%2f..%2fadmin", "admin//x",
  "admin/x/..%2f", "admin%2f.%2f" }
expect(#ways * #names):at_least(200)

local function refused(client, path, status)
  local answer = client:get(path)

  expect(answer.status, path):is_one_of(status)
  return answer.header.connection == "close"
end

for _, site in ipairs { "keep.test", "iis.test", "npm.test" } do
  local client = gateway:connect { sni = site }
  for _, way in ipairs(ways) do
    for _, name in ipairs(names) do
      if refused(client, way .. name, { 400, 403 }) then
        client = gateway:connect { sni = site }
      end
    end
  end
end
expect(upstream.requests):is(0)

local function passes(site, path, target, certificate)
  local client = gateway:connect { sni = site, certificate = certificate }

  expect(client:get(path).status, path):is(200)
  expect(upstream:last().target):is(target)
end

passes("keep.test", "/@scope%2fname", "/@scope%2Fname")
passes("keep.test", "/a\\b//c", "/a%5Cb//c")
passes("keep.test", "/admin%2fx", "/admin%2Fx", ada)
passes("keep.test", "/x/..%5cadmin", "/x/..%5Cadmin", ada)
passes("npm.test", "/npm/@scope%2fname//x", "/npm/@scope%2Fname/x")
passes("npm.test", "/files/report[1].pdf", "/files/report%5B1%5D.pdf")
passes("npm.test", "/caf\xe9|x?q=\xe9[]", "/caf%E9%7Cx?q=%E9[]")

local client = gateway:connect { sni = "npm.test" }
expect(refused(client, "/@scope%2fname", { 400 })):is(true)
