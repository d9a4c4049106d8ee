-- SPDX-License-Identifier: Apache-2.0
-- A pooled link that the origin closed in between is replaced: the client of
-- a request without a body notices nothing.
local upstream = rig.upstream { paths = {
  ["/bye"] = { "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye", { "close" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _ = 1, 10 do
    expect(client:get("/bye").body):is "bye"
    expect(client:get("/").body):is "hello"
  end
end
