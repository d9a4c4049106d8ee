-- SPDX-License-Identifier: Apache-2.0
-- Every wait has a deadline: the handshake, a head, a body, the time
-- between requests. The rate is of clients: an upstream that sends a byte now and
-- then is borne.
local upstream = rig.upstream { paths = {
  ["/echo"] = { { "echo" } },
  ["/dribbles"] = { "HTTP/1.1 200 OK\r\n\r\n", { "trickle", 40 } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { handshake = "400ms", head = "400ms", '
    .. 'body = "400ms", idle = "400ms" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.path == "/denied" then return deny {} end
      end,
    }
  ]],
}

-- Ends, and not before `least` seconds.
local function ends(client, least, name)
  local began = rig.now()
  expect(client:ending(10), name):is_one_of { "closed", "cut", "reset" }
  expect(rig.now() - began, name):at_least(least)
  expect(rig.now() - began, name):at_most(8)
end

local silent = gateway:dial()
ends(silent, 0.2, "says nothing")
local partial = gateway:dial()
partial:send "\x16\x03\x01\x02\x00\x01\x00"
ends(partial, 0.2, "half a hello")

for _, version in ipairs { "1.2", "1.3" } do
  local function connect()
    return gateway:connect { sni = "shop.test", tls = version }
  end
  ends(connect(), 0.2, "no request")

  local client = connect()
  expect(client:get("/").status):is(200)
  ends(client, 0.2, "idle")

  client = connect()
  client:send "GET / HTTP/1.1\r\nHost: sh"
  expect(client:answer().status):is_one_of { 0, 408 }

  client = connect()
  client:send("POST /echo HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 9\r\n\r\nabc")
  expect(client:answer().status):is_one_of { 0, 408 }
  expect(client:ending(10)):is_one_of { "closed", "cut", "reset" }

  -- A byte now and then does not make a head last, nor a body.
  for _, path in ipairs { "/", "/echo" } do
    client = connect()
    local text = client:format { path = path, body = ("x"):rep(60) }
    if path == "/echo" then
      client:send(text:sub(1, -61))
      text = text:sub(-60)
    end
    local began = rig.now()
    for i = 1, #text do
      if not client:send(text:sub(i, i)) then break end
      if client.core:receive(0.1) or client.ended then break end
    end
    expect(rig.now() - began, path):at_most(3)
  end

  -- Each of many heads has its own time, though a part of one is always there.
  client = connect()
  local head = client:format { path = "/denied" }
  client:send(head:sub(1, 9))
  for _ = 1, 8 do
    rig.pass(0.1)
    client:send(head:sub(10) .. head:sub(1, 9))
    expect(client:answer().status):is(403)
  end

  client = connect()
  client:send(client:format { path = "/dribbles", version = "1.0" })
  local began = rig.now()
  while rig.now() - began < 1 and client:fill(5) do end
  expect(client.ended, "an upstream that dribbles"):is(nil)
  client:close()
end
