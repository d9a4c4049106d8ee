-- SPDX-License-Identifier: Apache-2.0
-- An answer to HTTP/1.0 may have no end but the connection's. When it ends too
-- early, whoever did it, there is no close_notify, and a reset for clients that
-- would not miss that; a whole one ends properly (RFC 9112, section 8).
local http = dofile(rig.source .. "/tests/rig/http.lua")
local chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
local to_end = "HTTP/1.1 200 OK\r\n\r\n"
local big = ("x"):rep(4096)
local paths = {
  ["/whole"] = { chunked .. "3\r\nabc\r\n0\r\n\r\n" },
  ["/whole-to-end"] = { to_end .. "abc", { "close" } },
  ["/chunk-cut"] = { chunked .. "9\r\nabc", { "close" } },
  ["/last-chunk-missing"] = { chunked .. "3\r\nabc\r\n", { "close" } },
  ["/chunk-wrong"] = { chunked .. "3\r\nabc\r\nxyz\r\n", { "hold" } },
  ["/chunk-reset"] = { chunked .. "1000\r\n" .. big .. "\r\n", { "reset" } },
  ["/to-end-reset"] = { to_end .. "abc", { "reset" } },
  ["/stall"] = { to_end .. "abc", { "hold" } },
  ["/pour"] = { to_end, { "pour", 32 << 20 } },
}
local errors = { ["/chunk-cut"] = "body_cut", ["/stall"] = "stall_timeout",
  ["/last-chunk-missing"] = "body_cut", ["/chunk-wrong"] = "bad_response",
  ["/chunk-reset"] = "body_cut", ["/to-end-reset"] = "body_cut" }

local function start(settings, log)
  local upstream = rig.upstream { paths = paths }
  return upstream, rig.gateway {
    upstream = upstream,
    settings = settings .. (', log = { access = %q }')
      :format(rig.folder .. "/" .. log),
    policy = [[
      site "shop.test" {
        key = "server", upstream = "$upstream",
        path "/metrics" { upstream = "app:metrics" },
      }
    ]],
  }
end

local function ask(gateway, version, path)
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:send(client:format { path = path, version = "1.0" })
  return client
end

local function read(client)
  while client:fill() do end
  return client.ended
end

local upstream, gateway = start(
  'timeouts = { stall = "800ms", body = "500ms" }', "first")
local count = 0
local function line()
  count = count + 1
  return http.decode_json(gateway:access("first", count)[count] or "") or {}
end

for _, version in ipairs { "1.2", "1.3" } do
  for _, path in ipairs { "/whole", "/whole-to-end" } do
    local client = ask(gateway, version, path)
    expect(read(client), path):is "closed"
    expect(client.held, path):matches "\r\n\r\nabc$"
    expect(line().error, path):is(nil)
  end
  for path, word in pairs(errors) do
    local client = ask(gateway, version, path)
    expect(read(client), path):is "reset"
    local told = line()
    expect(told.path):is(path)
    expect(told.status, path):is(200) -- that is what was sent
    expect(told.error, path):is(word)
    expect(told.win32, path):at_least(12000)
    upstream:release()
  end
  -- A client that does not read is given up.
  local client = ask(gateway, version, "/pour")
  local told = line()
  expect(told.status):is(200)
  expect(told.error):is "reader_timeout"
  expect(told.win32):is(121)
  expect(told.bytes):at_most((32 << 20) - 1)
  expect(read(client)):is "reset"
end
local client = gateway:connect { sni = "shop.test" }
expect(rig.metric(client, 'yett_deadlines_expired_total{kind="stall"}'))
  :is(2)
expect(rig.metric(client,
  'yett_upstream_failures_total{kind="stall_timeout"}')):is(2)
client:close()

-- The gateway ends, in time or at once.
for i, impatient in ipairs { false, true } do
  upstream, gateway = start('timeouts = { drain = "'
    .. (impatient and "60s" or "300ms") .. '" }', "stop" .. i)
  client = ask(gateway, "1.3", "/stall")
  while not client.held:find "abc$" and client:fill() do end
  gateway.process:signal "TERM"
  gateway:await "draining"
  if impatient then gateway.process:signal "TERM" end
  expect(read(client)):is "reset"
  local told = http.decode_json(gateway:access("stop" .. i, 1)[1] or "") or {}
  expect(told.status):is(200)
  expect(told.error):is "stopped"
  expect(gateway.process:wait(5)):is(0)
  upstream:release()
end
