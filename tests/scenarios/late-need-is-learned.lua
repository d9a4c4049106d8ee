-- SPDX-License-Identifier: Apache-2.0
-- late = { learn = ... }: the first late need is answered 421 and closes; that
-- address is asked at its next handshake with that name, on whatever worker;
-- when that helps nobody, the second late need gets the usual answer.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream, workers = 3,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require", late = { learn = "60s" } },
      path "/hard" { certificate = "require" },
    }
    site "other.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require", late = { learn = "1s" } },
    }
    site "third.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      client_hello = function(hello) return ask.none { } end,
      path "/pay" { certificate = "require", late = { learn = "60s" } },
    }
  ]],
}

-- Nobody has learned: not asked, and a plain late need teaches nothing.
local early = gateway:connect { sni = "shop.test", certificate = ada }
expect(early.was_asked):is(false)
expect(early:get("/hard").status):is(500)
local second = gateway:connect { sni = "shop.test", certificate = ada }
expect(second.was_asked):is(false)

-- The first one is told to come back.
local answer = early:get "/pay"
expect(answer.status):is(421)
expect(answer.problem.reason):is "late"
expect(answer.header.connection):is "close"
expect(early:ending()):is "closed"

-- Another connection of that time is late again: the usual answer, and closed,
-- for a new one would be asked.
answer = second:get "/pay"
expect(answer.status):is(500)
expect(answer.problem.hresult):is "0x80070032"
expect(answer.header.connection):is "close"

for i, version in ipairs { "1.2", "1.3", "1.2", "1.3", "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  expect(client.was_asked, "connection " .. i):is(true)
  expect(client:get("/pay").status):is(200)
  expect(client:get("/hard").status):is(200)
  client:close()
end
local nobody = gateway:connect { sni = "shop.test" }
expect(nobody.was_asked):is(true)
expect(nobody:get("/pay").status):is(403)

-- Another name was not learned, and what is learned ends.
local client = gateway:connect { sni = "other.test", certificate = ada }
expect(client.was_asked):is(false)
expect(client:get("/pay").status):is(421)
client = gateway:connect { sni = "other.test", certificate = ada }
expect(client.was_asked):is(true)
for _ = 1, 100 do
  client = gateway:connect { sni = "other.test", certificate = ada }
  if not client.was_asked then break end
  client:close()
  os.execute "sleep 0.1"
end
expect(client.was_asked):is(false)

-- A function that asks nobody does not keep it from being learned.
client = gateway:connect { sni = "third.test", certificate = ada }
expect(client.was_asked):is(false)
expect(client:get("/pay").status):is(421)
client = gateway:connect { sni = "third.test", certificate = ada }
expect(client.was_asked):is(true)
expect(client:get("/pay").status):is(200)
