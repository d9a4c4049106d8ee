-- SPDX-License-Identifier: Apache-2.0
-- Hours of traffic in little: clients with certificates and without, answers
-- and refusals, bodies, clients that break off, an origin that does, reloads.
-- Once warm, more of the same takes no more memory and no more descriptors.
--
-- SOAK_ROUNDS makes it longer; a round takes about a second of processor time.
if rig.sanitized then
  rig.skip "the allocators of sanitizers keep what is freed"
end
local rounds = tonumber(os.getenv "SOAK_ROUNDS" or 30)
local warm = 20           -- rounds until caches, tables and heaps are filled
local growth = 512 << 10  -- what the same again may add: less than 1 KiB an
                          -- event of which there are hundreds a round

local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
staff:revoke {}
local upstream = rig.upstream { paths = {
  ["/echo"] = { { "echo" } },
  ["/cut"] = { "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nno", { "reset" } },
} }
local function policy(n)
  return ([[
    trust "staff" { ca = "staff.pem", crl = "staff.crl" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/n%d" { certificate = "require" },
      path "/pay" { certificate = "require" },
      path "/metrics" { upstream = "app:metrics" },
      request = function(req)
        if req.path == "/deny" then return deny { status = 404 } end
      end,
    }
    site "open.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/late" { certificate = "require" },
    }
  ]]):format(n)
end
local gateway = rig.gateway { upstream = upstream, workers = 2,
  policy = policy(0) }
local host = " HTTP/1.1\r\nHost: shop.test\r\n"

local function break_off(text, how)
  local client = gateway:connect { sni = "shop.test" }
  client.core:send(text)
  client[how](client)
end

local function round(n)
  for i = 1, 20 do
    local tls = i % 2 == 0 and "1.2" or "1.3"
    local known = gateway:connect { sni = "shop.test", certificate = ada,
      tls = tls }
    expect(known:get("/pay").status):is(200)
    expect(known:get("/deny").status):is(404)
    local body = ("b"):rep(i * 1000)
    expect(known:request { method = "POST", path = "/echo", body = body }.body)
      :is(body)
    known:close()
    local late = gateway:connect { sni = "open.test", tls = tls }
    expect(late:get("/late").status):is(500)
    expect(late:get("/").status):is(200)
    late:close()
    break_off("GET /" .. host, "close")
    break_off("GET /cut" .. host .. "\r\n", "reset")
    break_off("POST /echo" .. host .. "Content-Length: 9000\r\n\r\nabc", "reset")
    local wire = rig.dial(gateway.port)
    wire:send "\x16\x03\x01\x02\x00\x01"
    wire:close()
  end
  gateway:write(policy(n))
  gateway.process:signal "HUP"
  expect((gateway:await("reloaded", "reload-refused") or {}).event)
    :is "reloaded"
end

-- The least of what is resident while nothing happens.
local function settled()
  local least = gateway.process:memory()
  for _ = 1, 10 do
    rig.pass(0.05)
    least = math.min(least, gateway.process:memory())
  end
  return least
end

for n = 1, warm do round(n) end
local memory, files = settled(), gateway.process:files()
for n = warm + 1, warm + rounds do round(n) end
expect(settled() - memory):at_most(growth)
expect(gateway.process:files()):at_most(files + 4)
gateway.process:signal "TERM"
expect(gateway.process:wait()):is(0)
