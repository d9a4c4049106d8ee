-- SPDX-License-Identifier: Apache-2.0
-- listen { fd = "NAME" }: sockets that the service manager opened, shared by
-- the workers, kept over reloads.
local upstream = rig.upstream()
local gateway = rig.gateway {
  program = "tests/rig/activate", upstream = upstream, workers = 2,
  policy = [[
    listen { fd = "web" }
    listen { fd = "other", redirect = "https" }
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local other = math.tointeger(
  gateway:said():match "listening.-listening.-port=(%d+)")

for _ = 1, 8 do
  local client = gateway:connect { sni = "shop.test" }
  expect(client:get("/").status):is(200)
end
local kept = gateway:connect { sni = "shop.test" }

-- One is let go, and comes back with the next reload.
expect(gateway:reload [[
  listen { fd = "web" }
  site "shop.test" { key = "server", upstream = "$upstream" }
]]):is(true)
expect(gateway:connect({ sni = "shop.test" }):get("/").status):is(200)
expect(gateway:reload [[
  listen { fd = "other", redirect = "https" }
  listen { fd = "web" }
  site "shop.test" { key = "server", upstream = "$upstream" }
]]):is(true)
expect(kept:get("/").status):is(200)
local web = gateway.port
gateway.port = other
local answer = gateway:dial():request { path = "/", host = "shop.test" }
expect(answer.status):is(301)
expect(answer.header.location):is("https://shop.test:" .. web .. "/")

-- A name that nobody handed over changes nothing.
local fine, event = gateway:reload [[
  listen { fd = "wbe" }
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
expect(fine):is(false)
expect(event.line):contains "there are: web:other"
gateway.port = web
expect(gateway:connect({ sni = "shop.test" }):get("/").status):is(200)
