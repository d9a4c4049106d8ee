-- SPDX-License-Identifier: Apache-2.0
-- No room for the access log and the record: service goes on, the loss is told
-- once, and how much was lost as soon as there is room again; no line that was
-- cut spoils another.
rig.needs "prlimit"
local http = dofile(rig.source .. "/tests/rig/http.lua")
local upstream = rig.upstream()
local function start(settings)
  return rig.gateway {
    upstream = upstream, settings = "log = { " .. settings .. " }",
    under = { "/usr/bin/prlimit", "--fsize=4096:unlimited" },
    policy = [[
      site "shop.test" {
        key = "server", upstream = "$upstream",
        path "/metrics" { upstream = "app:metrics" },
      }
    ]],
  }
end
local function ask(gateway, times)
  local client = gateway:connect { sni = "shop.test" }
  for _ = 1, times do expect(client:get("/x").status):is(200) end
  client:close()
end
local function give_room(gateway)
  rig.shell("prlimit --pid $pid --fsize=unlimited",
    { pid = gateway.process:pid() })
end
-- The lines that are whole; how many are not.
local function read_lines(name)
  local whole, torn = {}, 0
  for line in rig.read(name):gmatch "[^\n]+" do
    local told = http.decode_json(line)
    if told then whole[#whole + 1] = told else torn = torn + 1 end
  end
  return whole, torn
end

local gateway = start(('access = "%s/access", format = "json"')
  :format(rig.folder))
ask(gateway, 40)
expect((gateway:await "access-log-failed" or {}).line)
  :matches 'error="File too large"'
give_room(gateway)
ask(gateway, 3)
local lost = gateway:await "access-log-lost"
expect(gateway:stop()):is(0)
local whole, torn = read_lines "access"
expect(torn):at_most(1)
expect(lost and #whole + tonumber(lost.lines)):is(43)
expect(whole[#whole].path):is "/x"
expect(select(2, gateway:said():gsub("access%-log%-failed", ""))):is(1)

-- Who reloads, or ends it, is told as well, and the line that was cut stays the
-- only one.
rig.shell("rm $name", { name = rig.folder .. "/access" })
gateway = start(('access = "%s/access", format = "json"')
  :format(rig.folder))
ask(gateway, 40)
expect(gateway:reload()):is(true)
lost = gateway:await "access-log-lost"
ask(gateway, 2)
expect(gateway:stop()):is(0)
expect((gateway:await "access-log-lost" or {}).lines):is "2"
whole, torn = read_lines "access"
expect(torn):at_most(1)
expect(lost and #whole + tonumber(lost.lines)):is(40)
gateway = start(('access = "%s/access", format = "json"')
  :format(rig.folder))
give_room(gateway)
ask(gateway, 2)
expect(gateway:stop()):is(0)
local more, still_torn = read_lines "access"
expect(#more):is(#whole + 2)
expect(still_torn):is(torn)

-- The record is written once a second, or when there is much.
gateway = start(('record = "%s/record"'):format(rig.folder))
ask(gateway, 150)
expect((gateway:await "record-failed" or {}).line)
  :matches 'error="File too large"'
give_room(gateway)
ask(gateway, 150)
lost = gateway:await "record-lost"
expect(tonumber(lost and lost.lines)):at_least(1)
expect(gateway:stop()):is(0)
whole, torn = read_lines "record"
expect(torn):is(0)
local told, decisions = 0, 0
for _, line in ipairs(whole) do
  if line.kind == "lost" then
    told = told + line.lines
  else
    decisions = decisions + 1
  end
end
expect(told):is(tonumber(lost and lost.lines))
expect(told + decisions):is(302)

-- A device that is full from the start, and stays so.
for _, settings in ipairs { 'access = "/dev/full"', 'record = "/dev/full"' } do
  gateway = start(settings)
  ask(gateway, 5)
  if settings:find "access" then
    local client = gateway:connect { sni = "shop.test" }
    expect(rig.metric(client, "yett_access_lines_lost_total")):is(5)
    client:close()
  end
  expect(gateway:stop()):is(0)
  expect(gateway:said()):matches "failed error=.No space left"
end
