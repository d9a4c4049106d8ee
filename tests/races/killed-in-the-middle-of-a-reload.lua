-- SPDX-License-Identifier: Apache-2.0
-- SIGKILL at any moment of reload upon reload, under load: what was
-- written stays readable, whole lines but perhaps for the last, and a new
-- gateway goes on in the same files.
local http = dofile(rig.source .. "/tests/rig/http.lua")
local upstream = rig.upstream()
local function policy(n)
  return ([[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.path == "/n%d" then return deny {} end
      end,
    }
  ]]):format(n)
end
local settings = ('log = { access = "%s/access", format = "json", '
  .. 'record = "%s/record" }'):format(rig.folder, rig.folder)

-- The lines that are whole JSON; the last may be cut, no other.
local function read_lines(name)
  local text = rig.read(name) or ""
  local count = 0
  for line, stop in text:gmatch "([^\n]*)(\n?)" do
    if line ~= "" then
      local told = http.decode_json(line)
      if stop == "\n" then expect(told ~= nil, name .. ": " .. line):is(true) end
      count = count + (told and 1 or 0)
    end
  end
  return count
end

local accessed = 0
for round = 1, 4 do
  local gateway = rig.gateway { upstream = upstream, workers = 2,
    settings = settings, policy = policy(0) }
  gateway.ends_with = "signal 9"
  local load = gateway:load { sni = "shop.test", path = "/x",
    per_connection = 20 }
  while load:done() < 20 do rig.pass(0.005) end
  for n = 1, 20 do -- faster than they are done
    gateway:write(policy(n))
    gateway.process:signal "HUP"
    rig.pass(0.001 * round)
  end
  gateway.process:signal "KILL"
  expect(gateway.process:wait()):is "signal 9"
  load:stop() -- what was under way is lost, and nothing else
  local count = read_lines "access"
  expect(count):at_least(accessed + 20)
  accessed = count
  read_lines "record"
end

-- The next one appends, behind what was cut too, and its record is replayed.
local gateway = rig.gateway { upstream = upstream, settings = settings,
  policy = policy(0) }
expect(gateway:connect({ sni = "shop.test" }):get("/y").body):is "hello"
expect(gateway:stop()):is(0)
read_lines "record"
local text, code = rig.shell("$yett impact $policy 2>&1", {
  yett = rig.build .. "/yett", policy = gateway.path })
expect(code, text):is(0)
expect((rig.read "access"):match '"path":"/y"', "access"):is_not(nil)
