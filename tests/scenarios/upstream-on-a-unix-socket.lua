-- SPDX-License-Identifier: Apache-2.0
-- upstream = "unix:...": the same exchange without a port.
local upstream = rig.upstream { unix = "app.sock",
  paths = { ["/echo"] = { { "echo" } } } }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _ = 1, 3 do
    expect(client:get("/").body):is "hello"
    expect(client:request({ method = "POST", path = "/echo", body = "abc" })
      .body):is "abc"
  end
end
expect(upstream.connections):at_most(2)
