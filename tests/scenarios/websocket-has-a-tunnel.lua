-- SPDX-License-Identifier: Apache-2.0
-- A protocol switch that the policy allows becomes a tunnel: bytes both ways,
-- what came too early not before the origin agreed, each half with its own
-- end; the access log tells its bytes.
local switch = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
  .. "Connection: Upgrade\r\nSec-WebSocket-Accept: x\r\n"
local size = 4 << 20
local upstream = rig.upstream { paths = {
  ["/chat"] = { switch .. "\r\nhi", { "relay" }, "bye" },
  ["/farewell"] = { switch .. "\r\nhi", { "relay" }, "bye" },
  ["/ends"] = { switch .. "\r\nlast", { "shut" }, { "drain" } },
  ["/resets"] = { switch .. "\r\nsome", { "reset" } },
  ["/pours"] = { switch .. "\r\n", { "pour", size }, { "close" } },
  ["/sits"] = { switch .. "\r\n", { "hold" }, { "drain" } },
  ["/no"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno" },
} }
local function slow()
  return rig.upstream { paths = {
    ["/slow"] = { { "hold" }, switch .. "\r\n", { "relay" } } } }
end
local early, late = slow(), slow()
local gateway = rig.gateway {
  upstream = upstream, early = early, late = late,
  settings = ("log = { access = %q }"):format(rig.folder .. "/log"),
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/slow" { upstream = "$early" },
    }
    site "late.test" { key = "server", upstream = "$late" }
  ]],
}
local asking = {
  { "Connection", "keep-alive, Upgrade" }, { "Upgrade", "websocket" },
  { "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==" },
}

for _, version in ipairs { "1.2", "1.3" } do
  local function open(path, more, sni)
    local client = gateway:connect { sni = sni or "shop.test", tls = version }
    client:send(client:format { path = path, headers = asking }
      .. (more or ""))
    return client
  end

  local client = open "/chat"
  local answer = client:answer()
  expect(answer.status):is(101)
  expect(answer.header.upgrade):is "websocket"
  expect(answer.header.connection):is "Upgrade"
  expect(answer.header["sec-websocket-accept"]):is "x"
  local header = upstream:last().header
  expect(header.upgrade):is "websocket"
  -- Some clients say that they have no body.
  local empty = gateway:connect { sni = "shop.test", tls = version }
  local and_no_body = { { "Content-Length", "0" }, table.unpack(asking) }
  empty:send(empty:format { path = "/chat", headers = and_no_body })
  expect(empty:answer().status):is(101)
  expect(empty:take(2)):is "hi"
  empty:close()
  expect(header.connection):is "Upgrade"
  expect(header["sec-websocket-key"]):is_not(nil)
  expect(client:take(2)):is "hi"
  client:send "\0one"
  expect(client:take(4)):is "\0one"
  local much = ("m"):rep(1 << 20)
  client:send(much:sub(1, 100000))
  expect(#(client:take(100000) or "")):is(100000)
  -- The client's half ends: the origin sees it, and still has its say.
  client:finish()
  expect(client:take(3)):is "bye"
  expect(client:ending()):is "closed"

  -- A client that ends its half before the switch gets its answers.
  client = open("/farewell", "last words")
  client:finish()
  expect(client:answer().status):is(101)
  expect(client:take(15)):is "hilast wordsbye"
  expect(client:ending()):is "closed"

  -- Bytes from before the switch wait for it.
  local slowly = version == "1.2" and early or late
  client = open("/slow", "early", version == "1.3" and "late.test")
  expect(slowly:await(1)):is(1)
  expect(client:fill(0.2)):is(false)
  client.ended = nil
  expect(slowly:last().raw):is ""
  slowly:release()
  expect(client:answer().status):is(101)
  expect(client:take(5)):is "early"
  client:close()

  -- The origin's half ends: the client sees it, and may go on.
  client = open "/ends"
  expect(client:answer().status):is(101)
  expect(client:take(4)):is "last"
  expect(client:ending()):is "closed"
  client:send "more"
  client:finish()
  local last = upstream:last()
  for _ = 1, 200 do
    if last.raw == "more" then break end
    rig.pass(0.02)
    last = upstream:last()
  end
  expect(last.raw):is "more"

  -- A tunnel that is cut on one side is cut on the other.
  client = open "/resets"
  expect(client:answer().status):is(101)
  expect(client:ending()):is_one_of { "bytes", "cut", "reset" }
  while client:fill() do end
  expect(client.ended):is_one_of { "cut", "reset" }

  -- A lot, to a client that reads late.
  client = open "/pours"
  expect(client:answer().status):is(101)
  rig.pass(0.1)
  expect(#(client:take(size) or "")):is(size)
  expect(client:ending()):is "closed"

  -- An answer other than 101 is an answer, and the connection lives on; what
  -- came early was the next request.
  client = open("/no", client:format { path = "/after" })
  expect(client:answer().body):is "no"
  expect(client:answer().body):is "hello"
  expect(upstream:last().target):is "/after"
  client:close()
end

local http = dofile(rig.source .. "/tests/rig/http.lua")
local seen = {}
for _, line in ipairs(gateway:access("log", 16)) do
  local entry = http.decode_json(line) or {}
  seen[entry.path] = entry
end
expect((seen["/chat"] or {}).status):is(101)
expect((seen["/chat"] or {}).bytes):is(100009)
expect((seen["/chat"] or {}).received):is(100004)
expect((seen["/pours"] or {}).bytes):is(size)

-- When one half has ended the other goes on at its own pace.
local hasty = rig.gateway { upstream = upstream, policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]], settings = 'timeouts = { body = "100ms" }' }
local client = hasty:connect { sni = "shop.test" }
client:send(client:format { path = "/ends", headers = asking })
expect(client:answer().status):is(101)
expect(client:take(4)):is "last"
for i = 1, 4 do
  rig.pass(0.25)
  expect(client:send(tostring(i))):is(true)
end
client:finish()
local last = upstream:last()
for _ = 1, 200 do
  if last.raw == "1234" then break end
  rig.pass(0.02)
  last = upstream:last()
end
expect(last.raw):is "1234"
