-- SPDX-License-Identifier: Apache-2.0
-- use: the functions of a module decide in every worker, a reload reads it anew,
-- and a mistake in one keeps the old policy.
local upstream = rig.upstream()
rig.authority "staff"
local function write_module(status)
  local file = assert(io.open(rig.folder .. "/guard.lua", "w"))
  file:write(([[
    local closed = set { "/closed" }
    return {
      late = { status = 403, title = "from a module" },
      guard = { request = function(req)
        if closed:contains(req.path) then return deny { status = %s } end
      end },
    }
  ]]):format(status))
  file:close()
end
local policy = [[
  trust "staff" { ca = "staff.pem" }
  local guard = use "guard.lua"
  site "shop.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    handshake = "never", request = guard.guard.request, late = guard.late,
    path "/pay" { certificate = "require" },
  }
]]

write_module(404)
local gateway = rig.gateway { upstream = upstream, workers = 3,
  policy = policy }
local function closed_is(status)
  for _ = 1, 6 do
    local client = gateway:connect { sni = "shop.test" }
    expect(client:get("/closed").status):is(status)
    expect(client:get("/").status):is(200)
    expect(client:get("/pay").problem.title):is "from a module"
    client:close()
  end
end

closed_is(404)
write_module(410)
expect(gateway:reload(policy)):is(true)
closed_is(410)
write_module '"gone"'
expect(gateway:reload(policy)):is(false)
closed_is(410)
