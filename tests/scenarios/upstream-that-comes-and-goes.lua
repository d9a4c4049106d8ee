-- SPDX-License-Identifier: Apache-2.0
-- Several targets: the load is shared; what is down is left out, said once,
-- tried again by one request, and said once when it is back, across reloads.
local good = rig.upstream()
local bad = rig.upstream { paths = {
  ["/dies"] = { { "reset" } },
  ["/stalls"] = { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", { "hold" } },
  ["/hold"] = { { "hold" }, "HTTP/1.1 204 No Content\r\n\r\n" },
} }
local gone = rig.upstream()
gone:stop()
local gateway = rig.gateway {
  good = good, bad = bad, gone = gone, workers = 2,
  settings = 'timeouts = { stall = "300ms", resolve = "100ms" }',
  named = { url = good.url:gsub("127.0.0.1", "localhost") },
  policy = [[
    site "shop.test" {
      key = "server", upstream = { "$gone", "$good" },
      path "/pair" { upstream = { "$good", "$bad" } },
      path "/dies" { upstream = { "$bad", "$good" } },
      path "/stalls" { upstream = "$bad" },
      path "/named" { upstream = "$named" },
      path "/hold" { upstream = { "$bad", connections = 1 } },
    }
  ]],
}

-- Nobody notices that one is gone.
local client = gateway:connect { sni = "shop.test" }
for _ = 1, 6 do
  expect(client:get("/").body):is "hello"
end
expect((gateway:reload())):is(true)
for _ = 1, 6 do
  expect(client:get("/").body):is "hello"
end
local _, count = gateway:said():gsub("upstream%-down", "")
expect(count, "told once, by all workers and across a reload"):is(1)
expect(gateway:said()):contains 'error="cannot connect'

-- A name is resolved again and again, beside everything else.
for _ = 1, 3 do
  expect(client:get("/named").body):is "hello"
  rig.pass(0.15)
end

-- Equals take turns.
local before = bad.requests
for _ = 1, 8 do
  expect(client:get("/pair").body):is "hello"
end
expect(bad.requests - before):is(4)

-- What dies without a byte is repeated elsewhere; a POST is not.
for _ = 1, 2 do
  expect(client:get("/dies").body):is "hello"
end
local posts = { good.requests, bad.requests }
local refused = 0
for _ = 1, 4 do
  local one = gateway:connect { sni = "shop.test" }
  local status = one:request { method = "POST", path = "/dies",
    body = "x" }.status

  expect(status):is_one_of { 200, 502 }
  refused = refused + (status == 502 and 1 or 0)
end
expect(good.requests - posts[1], "each POST arrives once"):is(4 - refused)
expect(bad.requests - posts[2]):is(refused)

-- What has no room is told so.
local holding = gateway:connect { sni = "shop.test" }
local count_before = bad.requests
holding:send "GET /hold HTTP/1.1\r\nHost: shop.test\r\n\r\n"
bad:await(count_before + 1)
expect(client:get("/hold").status):is(503)
local event = gateway:await "upstream-failed"
while event and event.failure ~= "full" do
  event = gateway:await "upstream-failed"
end
expect(event.line):contains "all 1 connections are in use"

-- Silence within an answer is not waited for.
local stalled = gateway:connect { sni = "shop.test" }
local began = rig.now()
expect(stalled:get("/stalls").body):is(nil)
expect(rig.now() - began):at_most(10)
expect(gateway:await("upstream-failed").failure):is "stall_timeout"
bad:release()
expect(gateway:stop()):is(0)
