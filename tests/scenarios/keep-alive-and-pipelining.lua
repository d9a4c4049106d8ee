-- SPDX-License-Identifier: Apache-2.0
-- Requests in one piece, in single bytes, and several at once: each gets its
-- answer, in order, refusals among them.
local paths = {}
for i = 1, 5 do
  paths["/" .. i] = {
    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n#%d"):format(i) }
end
local upstream = rig.upstream { paths = paths }
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for i = 1, 5 do expect(client:get("/" .. i).body):is("#" .. i) end

  local all = {}
  for i = 1, 5 do
    all[#all + 1] = client:format { path = "/" .. i }
    all[#all + 1] = client:format { path = "/pay", method = "POST",
      body = "secret" }
  end
  client:send(table.concat(all))
  for i = 1, 5 do
    expect(client:answer().body):is("#" .. i)
    expect(client:answer().status):is(500)
  end

  for byte in client:format({ path = "/3", method = "PUT", body = "abc" })
    :gmatch "." do
    client:send(byte)
  end
  expect(client:answer().body):is "#3"
  expect(upstream:last().body):is "abc"

  local last = client:get("/4", { Connection = "close" })
  expect(last.body):is "#4"
  expect(last.header.connection):is "close"
  expect(client:ending()):is "closed"

  local old = gateway:connect { sni = "shop.test", tls = version }
  expect(old:request({ path = "/5", version = "1.0", host = false }).body)
    :is "#5"
  expect(old:ending()):is "closed"
  -- It keeps a connection only when both sides say so.
  old = gateway:connect { sni = "shop.test", tls = version }
  for _, path in ipairs { "/5", "/pay", "/4" } do
    local answer = old:request { path = path, version = "1.0",
      headers = { Connection = "keep-alive" } }
    expect(answer.header.connection):is "keep-alive"
  end
  expect(old:request({ path = "/5", version = "1.0" }).header.connection)
    :is "close"
  expect(old:ending()):is "closed"
end
expect(upstream.connections):at_most(4) -- links are kept alive
