-- SPDX-License-Identifier: Apache-2.0
-- One line for each answer, as JSON and as W3C extended; 500 0 50 for a late
-- need, 200 0 12030 for what its upstream cut. Queries, fields and certificates
-- are not written.
local upstream = rig.upstream { paths = { ["/cut"] = {
  "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", { "close" } } } }
rig.authority "staff"
local policy = [[
  trust "staff" { ca = "staff.pem" }
  site "shop.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    handshake = "never",
    path "/pay" { certificate = "require" },
  }
]]

local lengths = {}

local function visit(log)
  local gateway = rig.gateway { upstream = upstream, policy = policy,
    settings = ("log = { access = %q, format = %q }"):format(
      rig.folder .. "/" .. log, log) }
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:get("/open?secret=1", { Authorization = "Basic eDp5" })
    lengths[log] = tonumber(client:get("/pay").header["content-length"])
    client:request { method = "HEAD", path = "/pay" }
    client:send("GET /a%00b?secret=1 HTTP/1.1\r\nHost: shop.test\r\n"
      .. "Connection: close\r\n\r\n")
    client:answer()
    client:close()
    gateway:connect({ sni = "shop.test", tls = version }):get("/cut")
  end
  local lines = gateway:access(log, log == "w3c" and 13 or 10)
  local text = table.concat(lines, "\n")
  expect(text):lacks "secret"
  expect(text):lacks "eDp5"
  expect(gateway:stop()):is(0)
  return lines
end

local http = dofile(rig.source .. "/tests/rig/http.lua")
local lines = visit "json"
expect(#lines):is(10)
for i = 1, 10, 5 do
  local open, pay = http.decode_json(lines[i]), http.decode_json(lines[i + 1])
  open, pay = open or {}, pay or {}
  expect(open.status):is(200)
  expect(open.path):is "/open"
  expect(open.method):is "GET"
  expect(open.site):is "shop.test"
  expect(open.tls):is(i == 1 and "1.2" or "1.3")
  expect(open.bytes):is(5)
  expect(pay.status):is(500)
  expect(pay.substatus):is(0)
  expect(pay.win32):is(50)
  expect(pay.reason):is "late"
  expect(pay.cause):is "policy"
  expect(pay.decision):is_not(nil)
  expect(pay.rule):contains "/pay"
  expect(pay.bytes):is(lengths.json) -- of the body, not of the head
  expect((http.decode_json(lines[i + 2]) or {}).bytes):is(0)
  local bad = http.decode_json(lines[i + 3]) or {}
  expect(bad.status):is(400)
  expect(bad.path):is "/a%00b" -- as sent: it has no normal form
end

lines = visit "w3c"
expect(#lines):is(13)
expect(lines[1]):matches "^#Software: "
expect(lines[3]):contains "sc-status sc-substatus sc-win32-status"
for i = 4, 13, 5 do
  expect(lines[i]):matches " GET /open .* 200 0 0 "
  expect(lines[i + 1]):matches(" GET /pay .* 500 0 50 " .. lengths.w3c .. " ")
  expect(lines[i + 2]):matches " HEAD /pay .* 500 0 50 0 "
  expect(lines[i + 3]):matches " GET /a%%00b .* 400 0 0 "
  expect(lines[i + 4]):matches " GET /cut .* 200 0 12030 3 "
end
