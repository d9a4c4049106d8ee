-- SPDX-License-Identifier: Apache-2.0
-- The last answer of a connection reaches a client that reads slowly, too: an
-- answer so long that its end waits in the gateway, and no longer.
local step, most = 32 << 10, 512
local paths = {}
for n = 1, most do
  paths["/" .. n] = { ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n")
    :format(n * step), { "pour", n * step } }
end
local gateway = rig.gateway {
  settings = 'log = { access = "' .. rig.folder .. '/log", format = "json" }',
  upstream = rig.upstream { paths = paths },
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}

local function count_lines()
  return select(2, (rig.read "log" or ""):gsub("\n", "\n"))
end

-- A client that asked for the last answer and did not read it; whether the
-- gateway is through with it nevertheless, within `seconds`.
local function ask(n, seconds)
  local before, until_then = count_lines(), rig.now() + seconds
  local client = gateway:connect { sni = "shop.test" }
  client:send(client:format { path = "/" .. n,
    headers = { Connection = "close" } })
  repeat rig.pass(0.02) until count_lines() > before or rig.now() > until_then
  return client, count_lines() > before
end

local low, high = 1, most
while high - low > 1 do
  local middle = (low + high) // 2
  local client, is_through = ask(middle, 0.2)
  if is_through then low = middle else high = middle end
  client:close()
  rig.pass(0.05)
end

-- The buffers of a busy machine's sockets are not always of one size: down to
-- the longest answer that the gateway is through with now.
local n, client, is_through = low, nil, false
while n > 1 and not is_through do
  if client then client:close() end
  n = n - 1
  client, is_through = ask(n, 1)
end
expect(is_through):is(true)
rig.pass(2.5)
expect(#(client:answer().body or "")):is(n * step)
