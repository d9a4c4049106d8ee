-- SPDX-License-Identifier: Apache-2.0
-- An access log that somebody moves away or deletes is begun anew, without a
-- signal and without a lost line; a new file has its head again.
local upstream = rig.upstream()
for _, format in ipairs { "json", "w3c" } do
  local name = rig.folder .. "/" .. format
  local gateway = rig.gateway {
    upstream = upstream,
    settings = ("log = { access = %q, format = %q }"):format(name, format),
    policy = [[site "shop.test" { key = "server", upstream = "$upstream" }]],
  }
  local client = gateway:connect { sni = "shop.test" }
  local asked = 0
  -- Asks until the policy's name has a line again.
  local function ask_until_there()
    local deadline = rig.now() + 20
    repeat
      asked = asked + 1
      expect(client:get("/x" .. asked).status):is(200)
      rig.pass(0.05)
    until (rig.read(format) or ""):find("/x", 1, true) or rig.now() > deadline
  end
  local function count(file)
    return select(2, (rig.read(file) or ""):gsub("/x%d", ""))
  end

  ask_until_there()
  rig.shell("mv $name $name.1", { name = name })
  ask_until_there()
  rig.shell("mv $name $name.2", { name = name })
  ask_until_there()
  expect(count(format) + count(format .. ".1") + count(format .. ".2"))
    :is(asked)
  expect((rig.read(format) or ""):sub(1, 10))
    :is(format == "w3c" and "#Software:" or '{"time":"2')
  rig.shell("rm $name", { name = name })
  ask_until_there()
  expect(count(format)):at_least(1)

  -- Where there can be no new one, that is told once.
  rig.shell("rm $name && mkdir $name", { name = name })
  local event = gateway:await "access-log-failed"
  expect(event and event.line):matches "Is a directory"
  rig.pass(1.2)
  rig.shell("rmdir $name", { name = name })
  ask_until_there()
  client:close()
  expect(gateway:stop()):is(0)
  expect(select(2, gateway:said():gsub("access%-log%-failed", ""))):is(1)
end
upstream:stop()
