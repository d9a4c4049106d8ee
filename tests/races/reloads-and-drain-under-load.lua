-- SPDX-License-Identifier: Apache-2.0
-- What threads share, all at once: several workers, load with certificates and
-- without, an application in the process, reload upon reload, two of them at a
-- time, and a drain in the middle. Meant for the thread sanitizer.
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
staff:revoke {}
local function policy(n)
  return ([[
    trust "staff" { ca = "staff.pem", crl = "staff.crl" }
    site "shop.test" {
      key = "server", upstream = "app:pages", trust = "staff",
      path "/n%d" { certificate = "require" },
      path "/pay" { certificate = "require" },
      request = function(req)
        if req.path == "/deny" then return deny { status = 404 } end
      end,
    }
  ]]):format(n)
end
local gateway = rig.gateway { program = "tests/rig/embedder", workers = 3,
  policy = policy(0) }

local loads = {
  gateway:load { sni = "shop.test", path = "/open", per_connection = 5 },
  gateway:load { sni = "shop.test", path = "/deny", status = 404 },
  gateway:load { sni = "shop.test", path = "/pay", status = 403,
    per_connection = 1 },
}
for n = 1, 10 do
  local known = gateway:connect { sni = "shop.test", certificate = ada }
  expect(known:get("/pay").status):is(200)
  gateway:write(policy(n))
  gateway.process:signal "HUP" -- two threads load at once: one by one
  local first = gateway:await("reloaded", "reload-refused") or {}
  local second = gateway:await("reloaded", "reload-refused") or {}
  expect(first.event):is "reloaded"
  expect(second.event):is "reloaded"
  expect(tonumber(second.generation) - tonumber(first.generation)):is(1)
  expect(known:get("/pay").status):is(200)
end
for _, load in ipairs(loads) do
  local done, failed, first = load:stop()
  expect(first):is(nil)
  expect(failed):is(0)
  expect(done):at_least(1)
end

local last = gateway:load { sni = "shop.test", path = "/open" }
while last:done() == 0 do rig.pass(0.01) end
gateway.process:signal "TERM"
expect(gateway.process:wait()):is(0)
last:stop() -- what fails now, fails because nobody listens
