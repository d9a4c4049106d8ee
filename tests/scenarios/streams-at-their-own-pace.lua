-- SPDX-License-Identifier: Apache-2.0
-- A path may have its own patience: with events that come seldom, with tunnels
-- that are silent, with clients that send slowly.
local switch = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
  .. "Connection: Upgrade\r\n\r\n"
local steps = { "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
  .. "Transfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n", { "hold" },
  "9\r\ndata: 2\n\n\r\n0\r\n\r\n" }
local upstream = rig.upstream { paths = {
  ["/events"] = steps, ["/hasty"] = steps,
  ["/socket"] = { switch, { "relay" } },
  ["/hasty/socket"] = { switch, { "relay" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = [[timeouts = { stall = "200ms", tunnel = "200ms", body = "300ms" },
    limits = { rate = "1KiB" }]],
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      timeouts = { stall = "20s" },
      path "/hasty" { timeouts = { stall = "300ms" } },
      path "/socket" { timeouts = { tunnel = "20s" } },
      path "/slowly" { limits = { rate = 0 } },
    }
  ]],
}
local upgrade = { Connection = "Upgrade", Upgrade = "websocket" }

for _, version in ipairs { "1.2", "1.3" } do
  local function open(path, headers)
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:send(client:format { path = path, headers = headers })
    return client
  end
  local patient, hasty = open "/events", open "/hasty"
  local socket, hasty_socket = open("/socket", upgrade),
    open("/hasty/socket", upgrade)
  expect(socket:answer().status):is(101)
  expect(hasty_socket:answer().status):is(101)

  -- Half a byte a second, of 5.
  local slow = gateway:connect { sni = "shop.test", tls = version }
  local fast = gateway:connect { sni = "shop.test", tls = version }
  for path, client in pairs { ["/slowly"] = slow, ["/"] = fast } do
    client:send(("POST %s HTTP/1.1\r\nHost: shop.test\r\n"
      .. "Content-Length: 5\r\n\r\n"):format(path))
  end
  for _ = 1, 4 do
    rig.pass(0.2)
    slow:send "x"
    fast:send "x"
  end
  slow:send "x"
  expect(slow:answer().body):is "hello"
  expect(fast:answer().status):is(408)

  expect(hasty:answer().body):is(nil)
  expect(hasty_socket:ending()):is_one_of { "closed", "cut", "reset" }
  socket:send "still here"
  expect(socket:take(10)):is "still here"
  if version == "1.3" then upstream:release() end
  if version == "1.3" then
    expect(patient:answer().body):is "data: 1\n\ndata: 2\n\n"
  end
end
