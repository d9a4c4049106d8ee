-- SPDX-License-Identifier: Apache-2.0
-- What came in time counts as such, though the process was stopped meanwhile and
-- the deadline passed: an answer, the rest of a head.
local upstream = rig.upstream { paths = { ["/soon"] = {
  { "hold" }, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
} } }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { answer = "400ms", head = "400ms" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local client = gateway:connect { sni = "shop.test" }
local slow = gateway:connect { sni = "shop.test" }
slow:send "GET /slow HTTP/1.1\r\n"
client:send(client:format { path = "/soon" })
expect(upstream:await(1)):is(1)
rig.pass(0.1) -- the beginning of a head has been read
gateway.process:signal "STOP"
upstream:release()
slow:send "Host: shop.test\r\n\r\n"
rig.pass(0.8)
gateway.process:signal "CONT"
expect(client:answer().status):is(200)
expect(slow:answer().status):is(200)
expect(gateway:said()):lacks "upstream-failed"
