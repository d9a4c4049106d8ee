-- SPDX-License-Identifier: Apache-2.0
-- listen { redirect = "https" }: clear text gets the URL in https and nothing
-- else: no upstream, no policy function, no HSTS, no site without a name.
local upstream = rig.upstream()
local settings = 'log = { access = "access.log" }, limits = { uri = "1KiB" }, '
  .. 'timeouts = { head = "400ms", idle = "400ms" }'
local gateway = rig.gateway {
  upstream = upstream, settings = settings,
  policy = [[
    listen { "127.0.0.1:0", redirect = "https" }
    listen { "127.0.0.1:0", redirect = { port = 443 } }
    listen {
      "127.0.0.1:0", redirect = { port = 444 },
      proxy_protocol = { from = "127.0.0.1" },
    }
    listen "127.0.0.1:0"
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function() return allow { } end,
    }
    site "*.shop.test" { key = "server", upstream = "$upstream" }
    site "*" { key = "server", upstream = "$upstream" }
  ]],
}

local port = {}
for number in gateway:said():gmatch " listening [^\n]*port=(%d+)" do
  port[#port + 1] = math.tointeger(number)
end
expect(#port):is(4)
local clear = gateway.port
local function dial(number)
  gateway.port = number or clear
  return gateway:dial()
end

-- The answer's status and where it leads.
local function ask(request, client)
  request.host = request.host or "shop.test"
  local answer = (client or dial()):request(request)
  expect(answer.header["strict-transport-security"]):is(nil)
  return answer.status, answer.header.location
end
local function leads(request, status, location)
  local got, to = ask(request)
  expect(got):is(status)
  expect(to):is(location)
end

local here = "https://shop.test:" .. port[4]
leads({ path = "/" }, 301, here .. "/")
leads({ path = "/a/../b%41//c?x=1&y=%20" }, 301, here .. "/bA/c?x=1&y=%20")
leads({ method = "HEAD", path = "/a?" }, 301, here .. "/a?")
leads({ method = "POST", path = "/form", body = "name=value" }, 308,
  here .. "/form")
leads({ method = "DELETE", path = "/it" }, 308, here .. "/it")
leads({ path = "/", host = "SHOP.test.:80" }, 301, here .. "/")
leads({ path = "/x", host = "a.shop.test" }, 301,
  "https://a.shop.test:" .. port[4] .. "/x")
leads({ path = "//evil.test/x" }, 301, here .. "/evil.test/x")

-- The port that the policy names.
expect(select(2, ask({ path = "/" }, dial(port[2])))):is "https://shop.test/"

-- Hosts that are not ours, and what is not HTTP.
leads({ path = "/", host = "evil.test" }, 421)
leads({ path = "/", host = "b.a.shop.test" }, 421)
leads({ path = "/", host = "127.0.0.1" }, 421)
leads({ path = "/%00" }, 400)
leads({ path = "/" .. ("x"):rep(2000) }, 414)
leads({ method = "TRACE", path = "/" }, 405)
local client = dial()
client:send "GET / HTTP/1.0\r\n\r\n"
expect(client:answer("GET").status):is(400)
client = dial()
client:send "GET / HTTP/1.1\r\nHost: shop.test\r\nHost: shop.test\r\n\r\n"
expect(client:answer("GET").status):is(400)
client = dial()
client:send "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"
expect(client:answer("GET").status):is(400) -- at once: this is no HTTP

-- A connection lives on, and its requests may come together.
client = dial()
for _ = 1, 3 do expect((ask({ path = "/" }, client))):is(301) end
client:send(("GET /p HTTP/1.1\r\nHost: shop.test\r\n\r\n"):rep(3))
for _ = 1, 3 do expect(client:answer("GET").status):is(301) end

-- Deadlines are those of any connection.
client = dial()
client:send "GET / HT"
expect(client:answer("GET").status):is(408)
client = dial()
expect(client:ending(10)):is_one_of { "closed", "reset" }

-- Behind a load balancer.
client = dial(port[3])
client:send "PROXY TCP4 203.0.113.9 192.0.2.7 4711 80\r\n"
expect(select(2, ask({ path = "/" }, client))):is "https://shop.test:444/"
local lines = gateway:access("access.log", 2)
expect(lines[1]):contains '"site":"shop.test"'
expect(lines[1]):contains '"status":301'
expect(lines[1]):lacks '"tls"'
expect(table.concat(lines)):contains '"client":"203.0.113.9"'

-- The https listener still is one, and a reload turns the clear one into TLS.
expect(upstream.requests):is(0)
gateway.port = port[4]
expect(gateway:connect({ sni = "shop.test" }):get("/").status):is(200)
gateway.port = clear
expect(gateway:connect({ sni = "shop.test" }).failure):is_not(nil)
expect(gateway:reload [[
  listen "127.0.0.1:0"
  site "shop.test" { key = "server", upstream = "$upstream" }
]]):is(true)
expect(gateway:connect({ sni = "shop.test" }):get("/").status):is(200)
