-- SPDX-License-Identifier: Apache-2.0
-- With 64 descriptors and more clients than that: that is told at the start and
-- with each reload, there is no spinning, connections that live go on and get
-- links to upstreams, and a second after descriptors are back new ones are
-- served.
rig.needs "prlimit"
local upstream, other, third = rig.upstream(), rig.upstream(), rig.upstream()
local gateway = rig.gateway {
  upstream = upstream, other = other, third = third,
  under = { "/usr/bin/prlimit", "--nofile=64" },
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/other" { upstream = "$other" },
      path "/third" { upstream = "$third" },
    }
  ]],
}
expect(gateway:said()):matches "descriptors%-few limit=64 hard=64 wanted=20%d"
local files = gateway.process:files()
local living = {}
for i, version in ipairs { "1.2", "1.3" } do
  living[i] = gateway:connect { sni = "shop.test", tls = version }
  expect(living[i]:get("/").body):is "hello"
end

for round = 1, 2 do
  local crowd = {}
  for i = 1, 100 do crowd[i] = gateway:dial() end
  if round == 1 then
    local event = gateway:await "accept-paused"
    expect(event and event.line):matches "[Tt]oo many open files"
  end

  local cpu = gateway.process:cpu()
  for _ = 1, 10 do
    for _, client in ipairs(living) do
      expect(client:get("/").body):is "hello"
    end
    rig.pass(0.05)
  end
  expect(gateway.process:cpu() - cpu, "time"):at_most(0.25)

  for _, client in ipairs(crowd) do client:close() end
  local began = rig.now()
  local client = gateway:connect { sni = "shop.test" }
  expect(client:get("/").body):is "hello"
  expect(rig.now() - began, "recovery"):at_most(1)
  client:close()
end

-- A link to the origin needs a descriptor, too, and there are some that clients
-- leave alone.
local crowd = {}
for i = 1, 100 do crowd[i] = gateway:dial() end
rig.pass(0.2)
for _, client in ipairs(living) do
  expect(client:get("/other").body):is "hello"
end
-- Without one the answer says so, and the connection lives.
local function limit(most)
  rig.shell("prlimit --pid $pid --nofile=$most",
    { pid = gateway.process:pid(), most = most })
end
limit "20:64"
for _, client in ipairs(living) do
  expect(client:get("/third").status):is_one_of { 502, 503 }
  expect(client:get("/").body):is "hello"
end
limit "64:64"
for _, one in ipairs(crowd) do one:close() end
rig.pass(0.2)
for _, client in ipairs(living) do
  expect(client:get("/third").body):is "hello"
end
-- What is enough is not told.
expect(gateway:reload("gateway { limits = { connections = 1 } }"
  .. gateway.options.policy)):is(true)
expect(gateway:reload(gateway.options.policy)):is(true)
for _, client in ipairs(living) do client:close() end
expect(gateway:await "descriptors-few"):is_not(nil)
expect(select(2, gateway:said():gsub("descriptors%-few", ""))):is(2)
upstream:stop()
other:stop()
third:stop()
expect(gateway:files(files)):at_most(files)
