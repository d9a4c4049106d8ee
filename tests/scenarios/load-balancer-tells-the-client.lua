-- SPDX-License-Identifier: Apache-2.0
-- listen { proxy_protocol }: the address in the head is the client's address
-- everywhere; without a head, or from a peer that is not named, nobody gets in.
local upstream = rig.upstream()
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'log = { access = "access.log" }, timeouts = { handshake = "2s" }'
    .. ", limits = { connections_per_address = 2 }",
  policy = [[
    local balancers = cidr { "127.0.0.0/8", "2001:db8::/32" }
    listen { "127.0.0.1:0", proxy_protocol = { from = balancers } }
    listen { "127.0.0.1:0", proxy_protocol = { from = "192.0.2.0/24" } }
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.client_ip == "198.51.100.66" then return deny { } end
      end,
    }
  ]],
}

local signature = "\r\n\r\n\0\r\nQUIT\n"

-- A head of version 2.
local function head(command, family, block)
  return signature .. string.pack(">BBs2", 0x20 | command, family, block)
end
local function ip4(address)
  return string.char(address:match "(%d+)%.(%d+)%.(%d+)%.(%d+)")
end
local function tcp4(address, extensions)
  return head(1, 0x11, ip4(address) .. ip4 "192.0.2.7"
    .. string.pack(">I2I2", 4711, 443) .. (extensions or ""))
end
local ip6 = "\x20\x01\x0d\xb8" .. ("\0"):rep(11) .. "\x09"
local function tcp6(extensions)
  return head(1, 0x21, ip6 .. ip6 .. string.pack(">I2I2", 4711, 443)
    .. (extensions or ""))
end

-- What the upstream is told of the client, or why there is no answer.
local function visit(first, options)
  local wish = { sni = "shop.test", first = first }
  for key, value in pairs(options or {}) do wish[key] = value end
  local client = gateway:connect(wish)
  if client.failure then return client.failure end
  local answer = client:get "/"
  client:close()
  return answer.status == 200
    and upstream:last().header["x-forwarded-for"] or answer.status
end

for _, version in ipairs { "1.2", "1.3" } do
  for _, apart in ipairs { false, true } do
    local how = { tls = version, apart = apart }
    expect(visit(tcp4 "203.0.113.9", how)):is "203.0.113.9"
    expect(visit(tcp6(), how)):is "2001:db8::9"
    expect(visit(tcp4("203.0.113.9", "\x02\0\x04shop\x04\0\0"), how))
      :is "203.0.113.9"
    expect(visit("PROXY TCP4 203.0.113.9 192.0.2.7 4711 443\r\n", how))
      :is "203.0.113.9"
    expect(visit("PROXY TCP6 2001:db8::9 2001:db8::7 4711 443\r\n", how))
      :is "2001:db8::9"
    -- What the balancer says of itself: its own address stays.
    expect(visit(head(0, 0, ""), how)):is "127.0.0.1"
    expect(visit(head(1, 0, "\x04\0\0"), how)):is "127.0.0.1"
    expect(visit("PROXY UNKNOWN\r\n", how)):is "127.0.0.1"
  end
  -- The policy judges that address.
  expect(visit(tcp4 "198.51.100.66", { tls = version })):is(403)

  -- Not a head, so not a client.
  for _, first in ipairs {
    "", "PROXY TCP4 203.0.113.9 192.0.2.7 4711 65536\r\n",
    "PROXY TCP4 2001:db8::9 2001:db8::7 4711 443\r\n",
    head(1, 0x12, ("\0"):rep(12)), head(2, 0x11, ("\0"):rep(12)),
    head(1, 0x11, ("\0"):rep(11)), tcp4("203.0.113.9", "\x04\0\1"),
    tcp4("203.0.113.9", "\x03\0\x04\0\0\0\0"),
    head(1, 0x11, ("\0"):rep(12) .. ("\x04\0\0"):rep(2000)),
  } do
    expect(visit(first, { tls = version })):is_one_of { "cut", "reset" }
  end
end
expect(gateway:access("access.log", 1)[1]):contains '"client":"203.0.113.9"'

-- The limit per address is the client's.
local function open(address)
  return gateway:connect { sni = "shop.test", first = tcp4(address) }
end
local first, second = open "203.0.113.1", open "203.0.113.1"
expect(first.failure):is(nil)
expect(second.failure):is(nil)
expect(open("203.0.113.1").failure):is_one_of { "cut", "reset" }
expect(gateway:await("address-full").client):is "203.0.113.1"
local other = open "203.0.113.2"
expect(other.failure):is(nil)
expect(first:get("/").status):is(200)
first:close()
second:close()
other:close()

-- A head that does not come.
local silent = gateway:dial()
silent:send(signature)
expect(silent:ending(10)):is_one_of { "closed", "reset" }

-- A peer that the listener does not name.
local foreign = gateway:said():match "listening.-listening.-port=(%d+)"
expect(gateway:connect({ sni = "shop.test", port = math.tointeger(foreign),
  first = tcp4 "203.0.113.9" }).failure):is_one_of { "cut", "reset" }
expect(gateway:said()):contains "proxy-untrusted"

-- A listener that no longer expects one, without closing it.
expect(gateway:reload [[
  listen "127.0.0.1:0"
  site "shop.test" { key = "server", upstream = "$upstream" }
]]):is(true)
expect(visit()):is "127.0.0.1"
expect(visit(tcp4 "203.0.113.9")):is_not "203.0.113.9"
