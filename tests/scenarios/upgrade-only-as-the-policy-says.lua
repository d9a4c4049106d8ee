-- SPDX-License-Identifier: Apache-2.0
-- No tunnel before the policy said yes: only for GET without a body,
-- only to protocols that the rule allows, never to h2c; a switch that nobody
-- asked for is 502.
local function switch(protocol)
  return { "HTTP/1.1 101 Switching Protocols\r\nUpgrade: " .. protocol
    .. "\r\nConnection: Upgrade\r\n\r\n", { "relay" } }
end
local upstream = rig.upstream { paths = {
  ["/ws"] = switch "websocket", ["/other"] = switch "other",
  ["/any"] = switch "other/2", ["/none"] = switch "websocket",
  ["/denied"] = switch "websocket", ["/h2c"] = switch "h2c",
  ["/staff"] = switch "websocket",
  ["/bare"] = { "HTTP/1.1 101 Switching Protocols\r\n\r\n", { "close" } },
} }
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      request = function(req)
        if req.path == "/denied" then return deny {} end
      end,
      path "/none"  { upgrade = "none" },
      path "/any"   { upgrade = "any" },
      path "/h2c"   { upgrade = "any" },
      path "/staff" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local function ask(path, protocols, more)
    local client = gateway:connect { sni = "shop.test", tls = version }
    local request = { path = path, headers = {
      { "Connection", "Upgrade" }, { "Upgrade", protocols } } }
    for key, value in pairs(more or {}) do request[key] = value end
    return client:request(request), upstream:last() or { header = {} }
  end

  local answer, last = ask("/ws", "h2c, websocket, WebSocket/13")
  expect(answer.status):is(101)
  expect(last.header.upgrade):is "websocket"
  answer, last = ask("/any", "h2c, other/2, HTTP/2.0, TLS/1.0")
  expect(answer.status):is(101)
  expect(answer.header.upgrade):is "other/2"
  expect(last.header.upgrade):is "other/2"

  -- Never passed on, and a switch all the same is the origin's fault.
  for path, protocols in pairs { ["/h2c"] = "h2c", ["/other"] = "other",
    ["/none"] = "websocket", ["/bare"] = "websocket",
    ["/any"] = "websocket" } do
    answer, last = ask(path, protocols)
    expect(answer.status, path):is(502)
    expect(last.header.upgrade, path)
      :is((path == "/bare" or path == "/any") and protocols or nil)
    expect(last.header["http2-settings"], path):is(nil)
  end
  for name, more in pairs {
    ["POST"] = { method = "POST", body = "" },
    ["GET with a body"] = { body = "x" },
    ["GET with chunks"] = { chunks = { "x" } },
    ["HTTP/1.0"] = { version = "1.0" },
    ["not named"] = { headers = { Upgrade = "websocket" } },
  } do
    answer, last = ask("/ws", "websocket", more)
    expect(answer.status, name):is(502)
    expect(last.header.upgrade, name):is(nil)
  end

  -- Refused: the origin hears nothing, and the connection speaks HTTP.
  local before = upstream.requests
  expect((ask("/denied", "websocket")).status):is(403)
  expect((ask("/staff", "websocket")).status):is(500)
  expect(upstream.requests):is(before)
end
