-- SPDX-License-Identifier: Apache-2.0
-- An https upstream: verified, with our certificate when it asks, over links
-- that are kept and sessions that are resumed; bodies of any size both ways.
local backend = rig.authority "backend-ca"
local clients = rig.authority "gateway-ca"
local server = backend:issue { cn = "b", dns = "backend.internal",
  ip = "127.0.0.1", purpose = "server" }
clients:issue { cn = "gateway", purpose = "client", file = "gateway" }

local big = ("x"):rep(300000)
for _, version in ipairs { "1.2", "1.3" } do
  local upstream = rig.upstream {
    tls = { certificate = server, ca = rig.folder .. "/gateway-ca.pem",
      priority = "NORMAL:-VERS-ALL:+VERS-TLS" .. version },
    paths = {
      ["/echo"] = { { "echo" } },
      ["/pour"] = { "HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n",
        { "pour", 2000000 } },
      ["/to-the-end"] = { "HTTP/1.1 200 OK\r\n\r\nall of it", { "bye" } },
    },
  }
  local gateway = rig.gateway {
    upstream = upstream,
    policy = [[
      trust "backend" { ca = "backend-ca.pem" }
      site "shop.test" { key = "server", upstream = { "$upstream",
        trust = "backend", key = "gateway" },
        path "/named" { upstream = { "$upstream", trust = "backend",
          key = "gateway", name = "backend.internal" } } }
    ]],
  }
  local client = gateway:connect { sni = "shop.test" }

  for _ = 1, 3 do
    expect(client:get("/").body, version):is "hello"
  end
  expect(upstream.connections, "links are kept"):is(1)
  expect(client:request { method = "POST", path = "/echo", body = big }.body ==
    big, version):is(true)
  expect(#client:get("/pour").body, version):is(2000000)
  expect(upstream.connections, "links are kept"):is(1)

  -- A proper end of the stream is the end of the body.
  expect(client:get("/to-the-end").body, version):is "all of it"
  expect(client:get("/").body, version):is "hello"
  expect(upstream.connections):is(2)
  expect(upstream.resumed, "sessions are resumed in " .. version):is(1)

  -- Another name is another target: its links and sessions are its own.
  expect(client:get("/named").body, version):is "hello"
  expect(upstream.connections):is(3)
  expect(upstream.resumed):is(1)
  expect(upstream.failed):is(0)

  -- A reload that changes nothing keeps the links.
  expect((gateway:reload())):is(true)
  expect(client:get("/").body, version):is "hello"
  expect(upstream.connections):is(3)
  expect(gateway:stop()):is(0)
end
