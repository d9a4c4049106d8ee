-- SPDX-License-Identifier: Apache-2.0
-- Back-pressure, both ways: what one side does not take is not read from the
-- other, so that a slow side costs little memory.
local size = 24 << 20
local upstream = rig.upstream { paths = {
  ["/down"] = { ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"):format(size),
    { "pour", size } },
  ["/up"] = { { "hold" }, { "body" },
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

-- Wait until the number that `look` gives stays the same.
local function settle(look)
  local last
  repeat
    last = look()
    rig.pass(0.2)
  until look() == last
  return last
end

local poured = 0
local before = gateway.process:memory()
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:send(client:format { path = "/down" })
  local taken = settle(function() return upstream.poured end) - poured
  expect(taken):at_least(1)
  expect(taken):at_most(size // 2)
  client:fill()
  local _, last = client.held:find("\r\n\r\n", 1, true)
  local got = #client.held - last
  while got < size do
    local bytes = client.core:receive()
    if not bytes then break end
    got = got + #bytes
  end
  expect(got):is(size)
  poured = upstream.poured
  client:close()
end

local uploads = {}
for i, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:send(("POST /up HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: %d\r\n\r\n"):format(size))
  local pushed = client:push(("u"):rep(size), 0.5)
  expect(pushed):at_most(size // 2)
  uploads[i] = { client = client, pushed = pushed }
end
if not rig.sanitized then -- their allocators keep what is freed
  expect(gateway.process:memory() - before):at_most(size // 2)
end
upstream:release()
for _, upload in ipairs(uploads) do
  upload.client:send(("u"):rep(size - upload.pushed))
  expect(upload.client:answer().status):is(200)
end
expect(upstream:last().length):is(size)
