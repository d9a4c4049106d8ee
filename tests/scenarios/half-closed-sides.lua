-- SPDX-License-Identifier: Apache-2.0
-- A side that says it sends no more is still answered, be it the origin or, if
-- the policy wants it, the client; else the client's request has ended.
local upstream = rig.upstream { paths = {
  ["/waits"] = { { "hold" }, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate" },
  ["/length"] = { "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfour",
    { "shut" }, { "drain" } },
  ["/to-the-end"] = { "HTTP/1.1 200 OK\r\n\r\nfour", { "shut" },
    { "drain" } },
  ["/cancelled"] = { { "drain" } },
  ["/nothing"] = { { "shut" }, { "drain" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream",
      client_close = "ignore",
      path "/cancelled" { client_close = "cancel" } }
  ]],
  settings = ("log = { access = %q }"):format(rig.folder .. "/log"),
}

local waiting = {}
for _, version in ipairs { "1.2", "1.3" } do
  local function connect()
    return gateway:connect { sni = "shop.test", tls = version }
  end
  local client = connect()
  client:send(client:format { path = "/waits" })
  client:finish()
  expect(client:fill(0.1)):is(false)
  client.ended = nil
  waiting[#waiting + 1] = client

  client = connect()
  client:send(client:format { path = "/a" } .. client:format { path = "/b",
    method = "POST", body = "x" } .. client:format { path = "/length" })
  client:finish()
  expect(client:answer().body):is "hello"
  expect(client:answer().body):is "hello"
  expect(client:answer().body):is "four"
  expect(client:ending()):is "closed"

  -- A body that lacks its end is no request.
  client = connect()
  client:send("POST /cut HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 5\r\n\r\nfour")
  client:finish()
  expect(client:ending()):is_one_of { "closed", "cut", "reset" }
  expect(upstream:last().target ~= "/cut" or not upstream:last().complete)
    :is(true)

  client = connect()
  for _, path in ipairs { "/length", "/to-the-end", "/length" } do
    expect(client:get(path).body, path):is "four"
  end
  expect(client:get("/nothing").status):is(502)
  expect(client:get("/").body):is "hello"
end

-- The request ends as soon as its client has: properly or cut.
local function cancelled(n)
  local deadline = rig.now() + 10
  local count
  repeat
    rig.pass(0.01)
    count = select(2, (rig.read "log" or "")
      :gsub('"/cancelled"[^\n]*"error":"client_left"', ""))
  until count >= n or rig.now() > deadline
  return count
end
local count = 0
for _, version in ipairs { "1.2", "1.3" } do
  for _, leave in ipairs { "finish", "close", "drop", "reset" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local before = upstream.requests
    client:send(client:format { path = "/cancelled" })
    upstream:await(before + 1, 5)
    client[leave](client)
    count = count + 1
    expect(cancelled(count), leave):is(count)
  end
end
local before = gateway.process:cpu()
rig.pass(0.3)
expect(gateway.process:cpu() - before):at_most(0.1)
upstream:release()
for _, client in ipairs(waiting) do
  expect(client:answer().body):is "late"
  expect(client:ending()):is "closed"
end
