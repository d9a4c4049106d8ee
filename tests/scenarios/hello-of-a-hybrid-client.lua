-- SPDX-License-Identifier: Apache-2.0
-- Hellos of 1.5 to 16 KiB and more, as clients with post-quantum key shares,
-- GREASE, long ALPN lists and encrypted hellos send them, are answered like
-- small ones, however they are cut into records and packets.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[ site "shop.test" { key = "server", upstream = "$upstream" } ]],
}

local function vector(size, bytes) return (">s" .. size):pack(bytes) end
local function extension(number, bytes)
  return (">I2"):pack(number) .. vector(2, bytes)
end
-- `share`: bytes of the key share that nobody knows here; `more`: of an
-- extension that nobody knows.
local function hello(name, share, more)
  local protocols = vector(1, "\x8a\x8a") .. vector(1, ("x"):rep(200))
    .. vector(1, "http/1.1")
  local extensions = extension(0x5a5a, "")
    .. extension(0, vector(2, "\0" .. vector(2, name)))
    .. extension(10, vector(2, "\x5a\x5a\x11\xec\0\x1d\0\x17"))
    .. extension(43, vector(1, "\x7a\x7a\3\4\3\3"))
    .. extension(13, vector(2, "\4\3\8\4\4\1\5\3\8\5\5\1\8\6\6\1"))
    .. extension(51, vector(2, "\x5a\x5a" .. vector(2, "\0")
      .. "\x11\xec" .. vector(2, ("k"):rep(share))
      .. "\0\x1d" .. vector(2, "\9" .. ("\0"):rep(31))))
    .. extension(16, vector(2, protocols))
    .. (more > 0 and extension(0xfe0d, ("e"):rep(more)) or "")
  local body = "\3\3" .. ("r"):rep(32) .. vector(1, ("s"):rep(32))
    .. vector(2, "\x13\1\x13\2\xc0\x2b") .. vector(1, "\0")
    .. vector(2, extensions)
  return "\1" .. (">I3"):pack(#body) .. body
end

-- The message in records of so many bytes, sent in packets of so many.
local function send(wire, message, record, packet)
  local records = {}
  for at = 1, #message, record do
    records[#records + 1] = "\x16\3\1"
      .. vector(2, message:sub(at, at + record - 1))
  end
  local bytes = table.concat(records)
  for at = 1, #bytes, packet do
    wire:send(bytes:sub(at, at + packet - 1))
    if packet < #bytes and at // packet < 50 then rig.pass(0.001) end
  end
end

-- "server hello", "retry" or the alert that comes.
local retry = "\xcf\x21\xad\x74\xe5\x9a\x61\x11"
local function answer(wire)
  local got = ""
  while #got < 19 do
    local more = wire:receive(20)
    if not more then return "closed" end
    got = got .. more
    if got:byte(1) == 21 and #got >= 7 then return "alert " .. got:byte(7) end
  end
  if got:byte(1) ~= 22 or got:byte(6) ~= 2 then return "nonsense" end
  return got:sub(12, 19) == retry and "retry" or "server hello"
end

for _, shape in ipairs {
  -- key share, unknown extension, bytes of a record, bytes of a packet
  { 32, 0, 16384, 65536 }, { 1216, 0, 16384, 65536 },
  { 1216, 400, 16384, 1400 }, { 1216, 400, 700, 65536 },
  { 1216, 400, 1, 65536 }, { 1216, 400, 256, 300 },
  { 1216, 6000, 1024, 1400 }, { 1216, 14000, 16384, 1400 },
  { 1216, 30000, 16384, 8192 }, { 4000, 8000, 64, 65536 },
} do
  local wire = gateway:dial().core
  local about = table.concat(shape, " ")
  send(wire, hello("shop.test", shape[1], shape[2]), shape[3], shape[4])
  expect(answer(wire), about):is "server hello"
  wire:close()
  wire = gateway:dial().core
  send(wire, hello("nobody.test", shape[1], shape[2]), shape[3], shape[4])
  expect(answer(wire), about):is "alert 112" -- unrecognized_name
  wire:close()
end

-- A hello that does not end is cut off long before its deadline: what it
-- takes of us is bounded.
local endless = gateway:dial().core
local record = "\x16\3\1" .. vector(2, ("x"):rep(16000))
endless:push("\x16\3\1" .. vector(2, "\1\xff\xff\xff" .. ("x"):rep(9000)), 1)
local before = gateway.process:memory()
for _ = 1, 1000 do
  if endless:push(record, 1) < #record then break end
end
local event
repeat
  event = gateway:await "handshake-failed"
until not event or not event.line:find "no site has the name"
expect(event and event.line):contains "sends more than a handshake has"
expect(gateway.process:memory() - before):at_most(2 << 20)
