-- SPDX-License-Identifier: Apache-2.0
-- Gateways that read their ticket keys from one file resume each other's
-- sessions, within the scope of a ticket only; after a rotation older
-- tickets resume as long as their key stands in the file, then there is a full
-- handshake; and tickets = "off" means none at all.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local function key(digit) return (digit .. "123"):rep(32) .. "\n" end
local function write_keys(...)
  local path = rig.write("new.keys", table.concat { ... })
  rig.shell("chmod 600 $path && mv $path $to",
    { path = path, to = rig.folder .. "/shared.keys" })
end
write_keys(key "a")

local policy = [[
  trust "staff" { ca = "staff.pem" }
  site "open.test" { key = "server", upstream = "$upstream" }
  site "shut.test" {
    key = "server", upstream = "$upstream", trust = "staff",
    certificate = "require",
  }
]]
local function gateway(settings)
  return rig.gateway { upstream = upstream, policy = policy,
    settings = settings }
end
local one = gateway 'tickets = { keys = "shared.keys" }'
local two = gateway 'tickets = { keys = "shared.keys" }'
local other = gateway()

local function visit(at, sni, version, ticket)
  local client = at:connect { sni = sni, tls = version, session = ticket,
    certificate = sni == "shut.test" and ada or nil }
  expect(client.failure):is(nil)
  expect(client:get("/").status):is(200)
  return client
end
local function resumes(at, sni, version, ticket)
  return visit(at, sni, version, ticket).resumed
end

local kept = {}
for _, version in ipairs { "1.2", "1.3" } do
  local ticket = visit(one, "open.test", version):ticket()
  kept[version] = ticket
  expect(resumes(one, "open.test", version, ticket)):is(true)
  expect(resumes(two, "open.test", version, ticket)):is(true)
  expect(resumes(other, "open.test", version, ticket)):is(false)
  expect(resumes(two, "shut.test", version, ticket)):is(false)
end
local closed = visit(one, "shut.test", "1.3"):ticket()
expect(resumes(two, "shut.test", "1.3", closed)):is(true)
expect(resumes(two, "open.test", "1.3", closed)):is(false)

-- Another key seals, the old one still opens.
write_keys(key "b", key "a")
for _, at in ipairs { one, two } do
  expect(at:await("ticket-keys-changed").keys):is "2"
end
for _, version in ipairs { "1.2", "1.3" } do
  local again = visit(two, "open.test", version, kept[version])
  expect(again.resumed):is(true)
  local fresh = visit(two, "open.test", version):ticket()
  expect(resumes(one, "open.test", version, fresh)):is(true)
end
expect(resumes(one, "shut.test", "1.3", closed)):is(true)

-- What is malformed changes nothing.
write_keys("nonsense\n")
local event = one:await "ticket-keys-failed"
expect(event.level):is "error"
expect(event.line):contains "a ticket key is a line of 128 hexadecimal digits"
expect(event.where):matches "shared.keys:1$"
expect(resumes(one, "open.test", "1.3", kept["1.3"])):is(true)
expect(one:reload()):is(false)

-- The old key is gone.
write_keys(key "b")
expect(one:await("ticket-keys-changed").keys):is "1"
for _, version in ipairs { "1.2", "1.3" } do
  expect(resumes(one, "open.test", version, kept[version])):is(false)
end
expect(resumes(one, "shut.test", "1.3", closed)):is(false)

-- None at all, and back.
other.options.settings = 'tickets = "off"'
expect(other:reload(policy)):is(true)
for _, version in ipairs { "1.2", "1.3" } do
  expect(visit(other, "open.test", version):ticket()):is(nil)
end
-- Keys of the process alone are turned over, too.
other.options.settings = 'tickets = { rotate = "1s" }'
expect(other:reload(policy)):is(true)
local ticket = visit(other, "open.test", "1.3"):ticket()
other:await "ticket-keys-changed"
expect(resumes(other, "open.test", "1.3", ticket)):is(true)
