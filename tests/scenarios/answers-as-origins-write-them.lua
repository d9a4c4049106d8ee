-- SPDX-License-Identifier: Apache-2.0
-- What origins get wrong without harm is put right on the way, and long heads
-- pass in either direction as far as the policy's limits go.
local function answer(fields, body)
  return "HTTP/1.1 200 OK\r\n" .. fields .. "\r\n" .. (body or "hello")
end
local function fields(count, len)
  local lines = {}
  for i = 1, count do
    lines[i] = ("X-%d: %s\r\n"):format(i, ("v"):rep(len))
  end
  return table.concat(lines)
end
local five = "Content-Length: 5\r\n"
local upstream = rig.upstream { paths = {
  ["/space"] = { answer(five .. "X-Foo : bar\r\nX-Tab\t: baz\r\n") },
  ["/length-space"] = { answer "Content-Length : 5\r\n" },
  ["/twice"] = { answer(five .. five) },
  ["/list"] = { answer "Content-Length: 5, 5\r\n" },
  ["/unequal"] = { answer(five .. "Content-Length: 6\r\n", "hello!") },
  ["/dated"] = { answer(five .. "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n") },
  ["/hint"] = { "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    .. answer(five) },
  ["/many"] = { answer(five .. fields(150, 1)) },
  ["/long"] = { answer(five .. fields(50, 1000)) },
} }
local policy = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }
local wide = rig.gateway { upstream = upstream, policy = policy,
  settings = 'limits = { head = "64KiB", fields = 160 }' }

local dates = "^%a%a%a, %d%d %a%a%a 20%d%d %d%d:%d%d:%d%d GMT$"
for _, version in ipairs { "1.2", "1.3" } do
  local function connect(to)
    return to:connect { sni = "shop.test", tls = version }
  end
  local client = connect(gateway)
  local got = client:get "/space"
  expect(got.body):is "hello"
  expect(got.head):contains "\r\nX-Foo: bar\r\n"
  expect(got.head):contains "\r\nX-Tab: baz\r\n"
  for _, path in ipairs { "/length-space", "/twice", "/list" } do
    got = client:get(path)
    expect(got.body, path):is "hello"
    expect(got.header["content-length"], path):is "5"
    got = client:request { method = "HEAD", path = path }
    expect(got.header["content-length"], path):is "5"
    client = connect(gateway) -- the origin sent a body with HEAD
  end
  expect(client:get("/unequal").status):is(502)
  client = connect(gateway)

  -- Who passes an answer on says when it came, once.
  expect(client:get("/").header.date):matches(dates)
  expect(client:get("/dated").header.date):is "Thu, 01 Jan 1970 00:00:00 GMT"
  got = client:get "/hint"
  expect(got.interim[1].header.date):is(nil)
  expect(got.header.date):matches(dates)

  for path, count in pairs { ["/many"] = 150, ["/long"] = 50 } do
    expect(connect(gateway):get(path).status, path):is(502)
    got = connect(wide):get(path)
    expect(got.status, path):is(200)
    expect(got.body, path):is "hello"
    expect(got.header["x-" .. count]):matches "^v+$"
  end
  local sent = {}
  for i = 1, 150 do sent[i] = { "X-" .. i, "v" } end
  expect(connect(gateway):get("/", sent).status):is(431)
  expect(connect(wide):get("/", sent).body):is "hello"
  expect(upstream:last().header["x-150"]):is "v"
end
