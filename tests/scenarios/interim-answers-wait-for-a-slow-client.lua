-- SPDX-License-Identifier: Apache-2.0
-- Of interim answers no more are read than a client takes: an origin that sends
-- many large ones fills no memory for clients that do not read.
if rig.sanitized then
  rig.skip "the allocators of sanitizers keep what is freed"
end
local hints = ("HTTP/1.1 103 Early Hints\r\nLink: </%s>\r\n\r\n"):format(
  ("h"):rep(30000))
local upstream = rig.upstream { paths = {
  ["/hints"] = { hints:rep(30), "HTTP/1.1 204 No Content\r\n\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { body = "1m" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

local one = gateway:connect { sni = "shop.test" }
expect(#one:get("/hints").interim):is(30)

-- So many that what the kernel takes is full; then one answer is under way.
local count, clients = 10, {}
local before = gateway.process:memory()
for i = 1, count do
  clients[i] = gateway:connect { sni = "shop.test", window = 4096 }
  clients[i]:push(clients[i]:format({ path = "/hints" }):rep(20), 0.01)
end
local last
repeat
  last = gateway.process:memory()
  rig.pass(0.1)
until gateway.process:memory() <= last
local each = (gateway.process:memory() - before) // count
print(("# each costs %d bytes"):format(each))
expect(each, "bytes each"):at_most(256 << 10)
for _, client in ipairs(clients) do client:reset() end
