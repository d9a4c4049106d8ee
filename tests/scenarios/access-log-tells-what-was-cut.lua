-- SPDX-License-Identifier: Apache-2.0
-- A request that does not end well is in the access log with the status that
-- was sent, 0 for none, and with what ended it: a client that left, in any way
-- and at any time, a deadline, a limit, the upstream.
local ok = "HTTP/1.1 200 OK\r\nContent-Length: "
local upstream = rig.upstream { paths = {
  ["/down"] = { ok .. "16777216\r\n\r\n", { "pour", 16 << 20 } },
  ["/cut"] = { ok .. "9\r\n\r\nabc", { "close" } },
  ["/closes"] = { { "close" } },
  ["/hold"] = { { "hold" } },
  ["/echo"] = { { "echo" } },
} }
local function start(timeouts)
  return rig.gateway {
    upstream = upstream,
    settings = timeouts .. ', limits = { body = "10B", '
      .. 'requests_per_connection = 3 }, '
      .. 'log = { access = "' .. rig.folder .. '/cut", format = "json" }',
    policy = [[
      site "shop.test" {
        key = "server", upstream = "$upstream",
        path "/metrics" { upstream = "app:metrics" },
      }
    ]],
  }
end
local gateway = start "timeouts = {}"
local hasty = start 'timeouts = { head = "400ms", body = "400ms" }'
local http = dofile(rig.source .. "/tests/rig/http.lua")

local count = 0
local function expect_line(path, status, error, win32)
  count = count + 1
  local line = http.decode_json(gateway:access("cut", count)[count] or "") or {}
  expect(line.path):is(path)
  expect(line.status, path):is(status)
  expect(line.error, path):is(error)
  expect(line.win32, path):is(win32)
  return line
end

for _, version in ipairs { "1.2", "1.3" } do
  local function connect(to)
    return (to or gateway):connect { sni = "shop.test", tls = version }
  end
  local function ask(path, to)
    local client = connect(to)
    client:send(client:format { path = path })
    return client
  end
  local function post(rest, to)
    local client = connect(to)
    client:send("POST /echo HTTP/1.1\r\nHost: shop.test\r\n" .. rest)
    return client
  end

  for _, leave in ipairs { "reset", "drop", "close" } do
    local client = ask "/down"
    while #client.held < 20000 and client:fill() do end
    client[leave](client)
    local line = expect_line("/down", 200, "client_left", 64)
    expect(line.bytes):at_least(1)
    expect(line.bytes):at_most((16 << 20) - 1)
  end
  post("Content-Length: 9\r\n\r\nabc"):close()
  expect_line("/echo", 0, "client_left", 64)

  -- One that leaves while the upstream is silent gets no answer.
  local before = upstream.requests
  for i, leave in ipairs { "reset", "drop" } do
    local client = ask "/hold"
    upstream:await(before + i)
    client[leave](client)
    expect(expect_line("/hold", 0, "client_left", 64).bytes):is(0)
  end
  upstream:release()

  expect(ask("/cut"):answer().body):is(nil)
  expect_line("/cut", 200, "body_cut", 12030)
  expect(ask("/closes"):answer().status):is(502)
  expect_line("/closes", 502, "closed_early", 12030)

  local client = ask("/down", hasty)
  expect_line("/down", 200, "reader_timeout", 121)
  client:close()
  client = post("Content-Length: 9\r\n\r\nabc", hasty)
  expect(client:answer().status):is(408)
  expect_line("/echo", 408, "body_timeout", 121)
  client = connect(hasty)
  client:send "GET / HT"
  expect(client:answer().status):is(408)
  -- It began with its first byte.
  expect(expect_line(nil, 408, "head_timeout", 121).duration_us)
    :at_least(300000)
  client = post "Content-Length: 11\r\n\r\n"
  expect(client:answer().status):is(413)
  expect_line("/echo", 413, "The body is longer than is allowed.", 0)

  client = connect()
  for i = 1, 3 do
    expect(client:get("/").header.connection):is(i == 3 and "close" or nil)
    expect_line("/", 200, nil, 0)
  end
end
local client = gateway:connect { sni = "shop.test" }
expect(rig.metric(client, "yett_connections_spent_total")):is(2)
