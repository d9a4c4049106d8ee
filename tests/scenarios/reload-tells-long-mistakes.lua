-- SPDX-License-Identifier: Apache-2.0
-- A reload that is refused tells its mistakes to the last one, however long they
-- are, in a pipe as in a file.
rig.needs "tail"
local upstream = rig.upstream()
local policy = [[
  site "shop.test" { key = "server", upstream = "$upstream" }
]]
local wrong = { [[
  site "shop.test" {
    key = "server", upstream = "$upstream",
]] }
for n = 1, 20 do
  wrong[n + 1] = ("    path '%s%d' {},"):format(("x"):rep(700), n)
end
wrong[#wrong + 1] = "}"
local into_file = [[
  : >"$0/said"
  tail -n +1 -f --pid=$$ "$0/said" &
  exec "$@" 2>>"$0/said"
]]
for _, under in ipairs {
  {}, { "/bin/sh", "-c", into_file, rig.folder },
} do
  local gateway = rig.gateway {
    upstream = upstream, policy = policy, under = under,
  }
  expect(gateway:reload(table.concat(wrong, "\n"))):is(false)
  local text, deadline = nil, rig.now() + 20
  repeat
    rig.pass(0.05)
    text = gateway:said()
  until text:find("yett: not reloaded", 1, true) or rig.now() > deadline
  expect(#text):at_least(20480)
  expect(select(2, text:gsub("%[E104%]", ""))):is(20)
  expect(text):matches "yett: not reloaded, the old policy stays in force"
  expect(gateway:stop()):is(0)
end
upstream:stop()
