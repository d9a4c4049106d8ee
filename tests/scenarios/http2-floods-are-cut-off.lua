-- SPDX-License-Identifier: Apache-2.0
-- Frames that cost their receiver more than their sender have an allowance; who
-- spends it is told to calm down, in the log and in a metric, too.
local http2 = rig.http2
local upstream = rig.upstream { paths = { ["/slow"] = { { "hold" }, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok" } } }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream",
      path "/metrics" { upstream = "app:metrics" } }
  ]],
}

local window = string.pack(">I4", 1)
local floods = {
  { "resets", function(client)
    local id = client:start { path = "/slow" }
    client:frame("RST_STREAM", 0, id, string.pack(">I4", 8))
  end },
  { "settings", function(client) client:frame("SETTINGS", 0, 0) end },
  { "pings", function(client) client:frame("PING", 0, 0, "12345678") end },
  { "empty_frames", function(client, stream) client:data(stream, "") end },
  { "window_updates", function(client)
    client:frame("WINDOW_UPDATE", 0, 0, window)
  end },
  { "priorities", function(client)
    client:frame("PRIORITY", 0, 99, "\0\0\0\0\1")
  end },
  -- Each opens a stream that the gateway has to reset (CVE-2025-8671).
  { "resets", function(client)
    local id = client:start { method = "POST", open = true,
      headers = { { "content-length", "1" } } }
    client:data(id, "more than one")
  end },
}

local counted = {}
for _, flood in ipairs(floods) do
  local name, send = table.unpack(flood)
  local client = gateway:connect_h2 { sni = "shop.test" }
  client.mean = true
  local stream = client:start { method = "POST", path = "/", open = true }
  local sent = 0
  while sent < 5000 do
    if not pcall(send, client, stream) then break end
    sent = sent + 1
    if sent % 50 == 0 and not client:read(0.001)
      and client.ended ~= "timeout" then
      break
    end
    if #client.goaways > 0 then break end
  end
  expect(client:goaway().error, name):is "ENHANCE_YOUR_CALM"
  local event = gateway:await "http2-failed"
  expect(event and event.error, name):is(name)
  counted[name] = (counted[name] or 0) + 1
  client:close()
end
local reader = gateway:connect { sni = "shop.test" }
for name, times in pairs(counted) do
  expect(rig.metric(reader,
    ('yett_http2_failures_total{error="%s"}'):format(name)), name):is(times)
end

-- A field list without end, and one that unpacks to far more than it is.
local function list(send)
  local client = gateway:connect_h2 { sni = "shop.test" }
  client.mean = true
  pcall(send, client)
  local ending = client:goaway().error
  client:close()
  return ending
end
expect(list(function(client)
  client:frame("HEADERS", 0, 1, http2.pack(client:list {}))
  for _ = 1, 100 do client:frame("CONTINUATION", 0, 1, "") end
end)):is_one_of { "ENHANCE_YOUR_CALM", "PROTOCOL_ERROR", "INTERNAL_ERROR",
  "closed", "reset", "cut" }
expect(list(function(client)
  -- A field that goes into the table, and then 12,000 times one byte.
  local bomb = http2.pack(client:list {}) .. "\x40\x01a\x7f\x81\x1e"
    .. ("b"):rep(4000) .. ("\xbe"):rep(12000)
  client:frame("HEADERS", 5, 1, bomb)
end)):is "ENHANCE_YOUR_CALM"

-- What is not HTTP/2 at all.
local client = gateway:connect { sni = "shop.test", alpn = { "h2" } }
client:send "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n"
local event
repeat event = gateway:await "http2-failed"
until not event or event.error == "no_preface"
expect(event and event.error):is "no_preface"

-- Nobody else noticed.
expect(gateway:connect_h2({ sni = "shop.test" }):get("/").status):is(200)
upstream:release()
