-- SPDX-License-Identifier: Apache-2.0
-- deny { status }, with words that are told only where the author says so.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.path == "/plain" then return deny {} end
        if req.path == "/gone" then
          return deny { status = 410, why = "sold out", tell = true }
        end
        if req.path == "/silent" then
          return deny { status = 404, why = "no such partner" }
        end
      end,
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get "/plain"
  expect(answer.status):is(403)
  expect(answer.problem.reason):is "denied"
  answer = client:get "/gone"
  expect(answer.status):is(410)
  expect(answer.problem.reason):is "denied"
  expect(answer.body):contains "sold out"
  answer = client:get "/silent"
  expect(answer.status):is(404)
  expect(answer.body):lacks "partner"
  expect(client:get("/").status):is(200)
end
expect(upstream.requests):is(2)
