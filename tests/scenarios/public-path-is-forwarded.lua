-- SPDX-License-Identifier: Apache-2.0
-- What needs nothing is forwarded; nobody is asked for anything.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client.failure):is(nil)
  expect(client.version):is("TLS" .. version)
  expect(client.was_asked):is(false)

  local answer = client:get "/a/b?c=d"
  expect(answer.status):is(200)
  expect(answer.body):is "hello"
  expect(answer.header["content-type"]):is "text/plain"
  expect(upstream:last().target):is "/a/b?c=d"
  expect(upstream:last().header.host):is "shop.test"
  client:close()
end
expect(upstream.requests):is(2)
