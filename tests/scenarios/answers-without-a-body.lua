-- SPDX-License-Identifier: Apache-2.0
-- HEAD, 204 and 304 end with their head, whatever their fields say.
local upstream = rig.upstream { paths = {
  ["/long"] = { "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" },
  ["/204"] = { "HTTP/1.1 204 No Content\r\n\r\n" },
  ["/304"] = { "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n"
    .. "Content-Length: 500\r\n\r\n" },
} }
rig.authority "staff"
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
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local head = client:request { method = "HEAD", path = "/long" }
  expect(head.status):is(200)
  expect(head.header["content-length"]):is "500"
  expect(client:get("/204").status):is(204)
  local unchanged = client:get "/304"
  expect(unchanged.status):is(304)
  expect(unchanged.header.etag):is '"x"'

  local refused = client:request { method = "HEAD", path = "/pay" }
  expect(refused.status):is(500) -- decided as GET, told without a body
  expect(tonumber(refused.header["content-length"])):at_least(1)
  expect(client:get("/").body):is "hello"
end
