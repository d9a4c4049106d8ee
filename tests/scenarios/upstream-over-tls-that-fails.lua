-- SPDX-License-Identifier: Apache-2.0
-- An https upstream that is not who it shall be, or breaks TLS: 502 or 504, the
-- log says why, and no request reaches it. What ends without close_notify
-- was cut.
local ca = rig.authority "backend-ca"
local other = rig.authority "other-ca"
local day = 24 * 3600
local function server(authority, more)
  local request = { cn = "b", ip = "127.0.0.1", purpose = "server" }
  for key, value in pairs(more or {}) do request[key] = value end
  return authority:issue(request)
end

local good = server(ca)
local origins = {
  stranger = { certificate = server(other) },
  named = { certificate = server(ca, { ip = "127.0.0.9",
    dns = "127.0.0.1" }) },
  expired = { certificate = server(ca, { from = -9 * day, to = -day }) },
  early = { certificate = server(ca, { from = day, to = 2 * day }) },
  client = { certificate = server(ca, { purpose = "client" }) },
  revoked = { certificate = server(ca, { serial = 77 }) },
  closes = { certificate = good, mood = "closes" },
  resets = { certificate = good, mood = "resets" },
  holds = { certificate = good, mood = "holds" },
  babbles = { certificate = good, mood = "babbles" },
  old = { certificate = good, priority = "NORMAL:-VERS-ALL:+VERS-TLS1.1" },
}
ca:revoke({ 77 }, -day, day)
local why = {
  stranger = "unknown CA", named = "another name", expired = "expired",
  early = "not valid yet", client = "not for servers", revoked = "is revoked",
  closes = "closed the connection in the handshake", resets = "was reset",
  holds = "no TLS handshake in time", old = "alert", babbles = "TLS",
}
local policy = [[
  trust "backend" { ca = "backend-ca.pem", crl = "backend-ca.crl" }
  site "shop.test" { key = "server", upstream = { "$good", trust = "backend" },
]]
local set = { settings = 'timeouts = { connect = "2s", answer = "5s" }' }
set.good = rig.upstream { tls = { certificate = good }, paths = {
  ["/cut"] = { "HTTP/1.1 200 OK\r\n\r\nhalf of it", { "close" } },
  ["/short"] = { "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
    { "bye" } },
  ["/nothing"] = { { "bye" } },
  ["/garbage"] = { "SSH-2.0-OpenSSH\r\n\r\n" },
  ["/whole"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    { "close" } },
} }
set.twelve = rig.upstream { tls = { certificate = good,
  priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2" }, paths = {
  ["/twelve"] = { "HTTP/1.1 200 OK\r\n\r\nhalf of it", { "close" } },
} }
policy = policy .. [[
  path "/twelve" { upstream = { "$twelve", trust = "backend" } },
]]
for name, tls in pairs(origins) do
  set[name] = rig.upstream { tls = tls }
  policy = policy .. ([[  path "/%s" { upstream = { "$%s", trust = "backend" } },
]]):format(name, name)
end
policy = policy .. "}"
set.policy = policy
local gateway = rig.gateway(set)

local client = gateway:connect { sni = "shop.test" }
for name, text in pairs(why) do
  local answer = client:get("/" .. name)
  local event = gateway:await "upstream-failed"

  expect(answer.status, name):is(name == "holds" and 504 or 502)
  expect(event.line, name):contains(text)
  expect(event.failure, name):is(name == "holds" and "tls_timeout"
    or "tls_failed")
  expect(set[name].requests, name):is(0)
end
for name, status in pairs { nothing = 502, garbage = 502 } do
  expect(client:get("/" .. name).status, name):is(status)
end
expect(client:get("/whole").body):is "ok"
expect(client:get("/").body):is "hello"
for _, name in ipairs { "cut", "short", "twelve" } do
  local one = gateway:connect { sni = "shop.test" }
  local answer = one:get("/" .. name)

  expect(answer.status, name):is_one_of { 200, 502 }
  expect(answer.status == 502 or answer.body == nil, name):is(true)
  if answer.status == 200 then
    expect(one:ending(), name):is_one_of { "closed", "cut", "reset" }
  end
end
for name, tls in pairs(origins) do
  if tls.mood == "holds" then set[name]:release() end
end
