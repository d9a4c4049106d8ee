-- SPDX-License-Identifier: Apache-2.0
-- A name that cannot be resolved keeps nobody but its own site from working,
-- known names are not resolved again inside a load, and a resolver that takes
-- long keeps no signal waiting.
local upstream = rig.upstream()
local port = upstream.url:match "%d+$"
local folder = rig.folder

local function named(name, ms)
  rig.write(name, ms .. " 127.0.0.1\n")
end

local function policy(names)
  local text = { ([[
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "late.test" { key = "server", upstream = "http://late.name:%s" }
    site "slow.test" {
      key = "server", upstream = "http://slow.name:%s",
  ]]):format(port, port) }
  for i = 1, names do
    text[#text + 1] = ('path "/%d" { upstream = "http://slow%d.name:%s" },')
      :format(i, i, port)
    named(("slow%d.name"):format(i), 2000)
  end
  return table.concat(text) .. "}"
end

local function start()
  return rig.gateway {
    upstream = upstream, program = "tests/rig/named",
    environment = { "NAMED=" .. folder }, policy = policy(0),
  }
end

named("slow.name", 300)
local gateway = start()

-- Two sites run, one waits for its name.
expect(gateway:said()):matches
  'upstream%-unresolved upstream="http://late.name:%d+"'
local client = gateway:connect { sni = "late.test" }
expect(client:get("/").status):is(503)
expect(gateway:await("upstream-failed").failure):is "unresolved"
expect(gateway:connect({ sni = "shop.test" }):get("/").status):is(200)
expect(gateway:connect({ sni = "slow.test" }):get("/").status):is(200)
named("late.name", 0)
expect((gateway:await "upstream-resolved" or {}).upstream)
  :is("http://late.name:" .. port)
expect(client:get("/").status):is(200)

-- A reload asks for no name that is known; the resolver does, beside it.
named("slow.name", 2000)
local before = rig.now()
expect((gateway:reload())):is(true)
expect(rig.now() - before):at_most(1.5)

-- Ten new names that take two seconds each: neither signal waits for them.
gateway:write(policy(10))
gateway.process:signal "HUP"
rig.pass(0.5)
before = rig.now()
gateway.process:signal "TERM"
expect((gateway:await "draining" or {}).event):is "draining"
expect(gateway.process:wait(5)):is(0)
expect(rig.now() - before):at_most(1.5)

-- The second one, while a request never ends.
local never = rig.upstream { paths = { ["/never"] = { { "hold" } } } }
upstream = never
port = never.url:match "%d+$"
named("slow.name", 0)
gateway = start()
client = gateway:connect { sni = "shop.test" }
client:send(client:format { path = "/never" })
expect(never:await(1)):is(1)
gateway:write(policy(10))
gateway.process:signal "HUP"
rig.pass(0.5)
before = rig.now()
gateway.process:signal "TERM"
expect((gateway:await "draining" or {}).event):is "draining"
gateway.process:signal "TERM"
expect(gateway.process:wait(5)):is(0)
expect(rig.now() - before):at_most(1.5)
never:release()
