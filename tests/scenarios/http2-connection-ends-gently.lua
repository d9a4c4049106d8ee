-- SPDX-License-Identifier: Apache-2.0
-- GOAWAY says which requests were taken; those end, and no others are begun.
local upstream = rig.upstream { paths = { ["/slow"] = { { "hold" }, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" } } }
local function start(settings)
  return rig.gateway {
    upstream = upstream, settings = settings,
    policy = [[
      trust "staff" { ca = "staff.pem" }
      site "shop.test" { key = "server", upstream = "$upstream",
        trust = "staff", path "/pay" { certificate = "require" } }
    ]],
    rig.authority "staff",
  }
end
local gateway = start 'limits = { requests_per_connection = 2 }'

-- As many requests as the policy lets a connection have.
local client = gateway:connect_h2 { sni = "shop.test" }
expect(client:get("/a").status):is(200)
local last = client:start { path = "/b" }
expect(client:answer(last).status):is(200)
expect(client:goaway().last):is(last)
expect(client:goaway().error):is "NO_ERROR"
expect(client:ending()):is "closed"

-- What came in one piece with the last request is refused, and the client may
-- send it elsewhere: the upstream has not seen it.
client = gateway:connect_h2 { sni = "shop.test" }
local seen, pieces = upstream.requests, {}
for id = 1, 9, 2 do
  pieces[#pieces + 1] = rig.http2.frame("HEADERS", 5, id,
    rig.http2.pack(client:list { path = "/" .. id }))
end
client:send(table.concat(pieces))
expect(client:answer(3).status):is(200)
expect(client:answer(5).reset):is "REFUSED_STREAM"
expect(client:answer(9).reset):is "REFUSED_STREAM"
expect(client:goaway().last):is(3)
expect(client:ending()):is "closed"
expect(upstream.requests):is(seen + 2)

-- A refusal that a new handshake can cure ends the connection behind it.
client = gateway:connect_h2 { sni = "shop.test" }
local pay = client:start { path = "/pay" }
expect(client:answer(pay).status):is(403)
expect(client:goaway().last):is(pay)
expect(client:ending()):is "closed"
expect(gateway:stop()):is(0)

-- A drain: a first GOAWAY with the highest number, and after a round trip the
-- last one. What was on its way between them is answered.
gateway = start()
client = gateway:connect_h2 { sni = "shop.test" }
expect(client:get("/a").status):is(200)
local before = upstream.requests
local slow = client:start { path = "/slow" }
expect(upstream:await(before + 1)):is(before + 1)
gateway.process:signal "TERM"
client.mean = true -- acknowledges nothing yet
expect(client:goaway().last):is(0x7fffffff)
local late = client:start { path = "/on-its-way" }
client.mean = false
local ping
repeat ping = client:read() until not ping or ping.kind == "PING"
if ping then client:frame("PING", 1, 0, ping.payload) end
expect(client:answer(late).status):is(200)
client:until_(function() return #client.goaways == 2 end)
expect(client:goaway().last):is(late)
upstream:release()
expect(client:answer(slow).status):is(200)
expect(client:ending()):is "closed"
expect(gateway.process:wait()):is(0)
