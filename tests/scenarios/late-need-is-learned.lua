-- SPDX-License-Identifier: Apache-2.0
-- late = { learn = ... }: the first late need is answered 421 and closes; that
-- address is asked at its next handshake with that name, on whatever worker.
-- Connections that are older than that are sent to the same place, and closed,
-- each once: whatever a client had open, its next new connection is asked.
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
local older = {}
for i = 1, 5 do
  older[i] = gateway:connect { sni = "shop.test", certificate = ada,
    tls = i % 2 == 0 and "1.2" or "1.3" }
  expect(older[i].was_asked):is(false)
end

-- The first one is told to come back.
local answer = early:get "/pay"
expect(answer.status):is(421)
expect(answer.problem.reason):is "late"
expect(answer.header.connection):is "close"
expect(early:ending()):is "closed"

-- Connections of that time: what is not late is served, what is late goes to
-- where it was.
local targets = {
  { "/pay?a=1&b", "/pay?a=1&b" },
  { "/pay/..//pay//x", "/pay/x" },
  { "/p%61y/%7e;x?//", "/pay/~;x?//" },
  { "https://shop.test/pay?", "/pay?" },
}
for i, target in ipairs(targets) do
  expect(older[i]:get("/").status):is(200)
  answer = older[i]:get(target[1])
  expect(answer.status, target[1]):is(307)
  expect(answer.header.location):is(target[2])
  expect(answer.problem.reason):is "late"
  expect(answer.header.connection):is "close"
  expect(answer.header["yett-error"]):is(nil)
  expect(older[i]:ending()):is "closed"
end

-- A browser that comes back over the last of them is there with its next.
answer = older[5]:request { method = "POST", path = "/pay", body = "money" }
expect(answer.status):is(307)
expect(answer.header.location):is "/pay"
expect(older[5]:ending()):is "closed"

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
