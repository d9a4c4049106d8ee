-- SPDX-License-Identifier: Apache-2.0
-- forward = { proxy_protocol = true }: the link begins with the client's
-- connection, names only whom this rule verified, and is nobody else's after.
local upstream = rig.upstream { proxied = true }
local staff = rig.authority "staff"
local ada = staff:issue { cn = "Ada" }
rig.authority "robots"
local mallory = rig.authority("other"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    trust "robots" { ca = "robots.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      forward = { proxy_protocol = true },
      path "/" { certificate = "request" },
      path "/robots" { certificate = "request", trust = "robots" },
    }
  ]],
}

-- What the head says: family, client, server, and the extensions by type.
local function read_extensions(text)
  local list, at = {}, 1
  while at <= #text do
    local type, value
    type, value, at = string.unpack(">Bs2", text, at)
    list[type] = value
  end
  return list
end
local function read_head(head)
  local command, family, block = string.unpack(">BBs2", head, 13)
  expect(command):is(0x21)
  expect(family):is(0x11)
  local told = read_extensions(block:sub(13))
  local tls = told[0x20]
  told.client = ("%d.%d.%d.%d"):format(block:byte(1, 4))
  told.server_port = string.unpack(">I2", block, 11)
  told.flags, told.verify = string.unpack(">BI4", tls)
  told.tls = read_extensions(tls:sub(6))
  return told
end

local function visit(client, path)
  local answer = client:get(path or "/")
  expect(answer.status):is(200)
  local request = upstream:last()
  return read_head(request.proxy), request.connection
end

for _, version in ipairs { "1.2", "1.3" } do
  local function connect(certificate, session)
    return gateway:connect { sni = "shop.test", tls = version,
      alpn = { "http/1.1" }, certificate = certificate, session = session }
  end
  local client = connect()
  local told, first = visit(client)
  expect(told.client):is "127.0.0.1"
  expect(told.server_port):is(gateway.port)
  expect(told[0x01]):is "http/1.1"
  expect(told[0x02]):is "shop.test"
  expect(told.flags):is(0x01)
  expect(told.verify):is_not(0)
  expect(told.tls[0x21]):is("TLSv" .. version)
  expect(told.tls[0x22]):is(nil)
  expect(told.tls[0x23]):matches "^TLS_[A-Z0-9_]+$"
  expect(told.tls[0x24]):matches "SHA256$"
  expect(told.tls[0x25]):matches "^%u+%d+$"
  -- The next request, of the same client or another, has its own link.
  local _, second = visit(client)
  expect(second):is_not(first)
  local _, third = visit(connect())
  expect(third):is_not(second)

  -- Verified: named, but not on a path that is for others.
  client = connect(ada)
  told = visit(client)
  expect(told.flags):is(0x07)
  expect(told.verify):is(0)
  expect(told.tls[0x22]):is "Ada"
  told = visit(client, "/robots")
  expect(told.verify):is_not(0)
  expect(told.tls[0x22]):is(nil)
  -- Resumed: the certificate is of the session, and ours was not shown.
  local ticket = client:ticket()
  if ticket then
    local resumed = connect(nil, ticket)
    told = visit(resumed)
    expect(resumed.resumed):is(true)
    expect(told.flags):is(0x05)
    expect(told.verify):is(0)
    expect(told.tls[0x22]):is "Ada"
    expect(told.tls[0x25]):is(nil)
  end

  -- Somebody else's Ada is nobody.
  told = visit(connect(mallory))
  expect(told.flags):is(0x07)
  expect(told.verify):is_not(0)
  expect(told.tls[0x22]):is(nil)
end
expect(upstream.connections):is(upstream.requests)
