-- SPDX-License-Identifier: Apache-2.0
-- Pipes that are full and that nobody reads, as standard error, access log and
-- record: lines are dropped and counted, service goes on, SIGTERM ends it; who
-- reads again learns how much was dropped.
rig.needs("dd", "mkfifo")
local upstream = rig.upstream()
local policy = [[
  site "shop.test" {
    key = "server", upstream = "$upstream",
    path "/metrics" { upstream = "app:metrics" },
    request = function(req)
      if req.path == "/shut" then return deny { status = 403 } end
      return allow {}
    end,
  }
]]
-- Its reader passes everything on until "started", and goes on once there is a
-- file go.
local reader = [[
  rm -f "$0/go" "$0/said"
  mkfifo "$0/said"
  {
    while read -r line; do
      echo "$line"
      case $line in *" started "*) break ;; esac
    done
    n=0
    until [ -e "$0/go" ] || [ $((n += 1)) -gt 400 ]; do sleep 0.05; done
    cat
  } <"$0/said" 2>/dev/null &
  exec "$@" 2>"$0/said"
]]
local function fill(name)
  rig.shell("yes | dd bs=512 count=256 oflag=nonblock of=$name",
    { name = rig.folder .. "/" .. name })
end
local function start(options)
  options.upstream, options.policy = upstream, policy
  return rig.gateway(options)
end
local function with_reader()
  return start { under = { "/bin/sh", "-c", reader, rig.folder } }
end
local function ask(gateway, path, status, times)
  local client = gateway:connect { sni = "shop.test" }
  for _ = 1, times do expect(client:get(path).status):is(status) end
  client:close()
end

local gateway = with_reader()
fill "said"
ask(gateway, "/shut", 403, 30)
ask(gateway, "/", 200, 3)
rig.write("go", "")
rig.pass(0.1)
ask(gateway, "/shut", 403, 1)
expect((gateway:await "request-refused" or {}).suppressed):is "30"
local client = gateway:connect { sni = "shop.test" }
expect(rig.metric(client, "yett_log_lines_suppressed_total")):is(30)
client:close()
expect(gateway:stop()):is(0)

-- A reload that is refused has more to say.
gateway = with_reader()
fill "said"
gateway:write(policy .. "\nlisten 'nowhere'")
gateway.process:signal "HUP"
rig.pass(0.2)
ask(gateway, "/shut", 403, 3)
gateway.process:signal "TERM"
expect(gateway.process:wait(10)):is(0)
rig.write("go", "")

-- The files of the policy.
for _, word in ipairs { "access", "record" } do
  local name = rig.folder .. "/" .. word
  rig.shell("mkfifo $name", { name = name })
  local holder = rig.spawn { "/bin/sh", "-c", [[
    exec <"$0"; echo open; until [ -e "$0.go" ]; do sleep 0.05; done; cat
  ]], name }
  gateway = start { settings = ("log = { %s = %q }"):format(word, name) }
  fill(word)
  ask(gateway, "/", 200, 20)
  expect((gateway:await(word .. "-log-failed", word .. "-failed") or {}).line)
    :matches "its reader is too slow"
  client = gateway:connect { sni = "shop.test" }
  expect(rig.metric(client, ("yett_%s_lines_lost_total"):format(word)))
    :at_least(20)
  client:close()
  rig.write(word .. ".go", "")
  rig.pass(0.1)
  ask(gateway, "/last", 200, 1)
  expect(tonumber((gateway:await(word .. "-log-lost", word .. "-lost") or {})
    .lines)):at_least(20)
  expect(gateway:stop()):is(0)
  expect(holder:wait()):is(0)
end
upstream:stop()
