-- SPDX-License-Identifier: Apache-2.0
-- A ticket of one site is nothing at another: a full handshake, in which
-- a certificate is asked for or not as the other site says.
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "open.test" { key = "server", upstream = "$upstream" }
    site "also-open.test" { key = "server", upstream = "$upstream" }
    site "closed.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      certificate = "require",
    }
  ]],
}

for _, version in ipairs { "1.2", "1.3" } do
  local function visit(sni, session, certificate)
    local client = gateway:connect { sni = sni, tls = version,
      session = session, certificate = certificate }
    client.status = client.failure and 0 or client:get("/").status
    return client
  end

  local open = visit("open.test")
  expect(open.status):is(200)
  local ticket = open:ticket()
  expect(ticket):is_not(nil)

  -- At home it resumes.
  local again = visit("open.test", ticket)
  expect(again.resumed):is(true)
  expect(again.status):is(200)

  -- Elsewhere it does not, and the closed site stays closed.
  local moved = visit("also-open.test", ticket)
  expect(moved.resumed):is(false)
  expect(moved.status):is(200)
  local thief = visit("closed.test", ticket)
  expect(thief.resumed):is(false)
  expect(thief.was_asked):is(true)
  expect(thief.status):is(0)
  local owner = visit("closed.test", ticket, ada)
  expect(owner.resumed):is(false)
  expect(owner.was_asked):is(true)
  expect(owner.status):is(200)

  -- And the other way round.
  ticket = owner:ticket()
  expect(ticket ~= nil):is(version == "1.3")
  local back = visit("open.test", ticket)
  expect(back.resumed):is(false)
  expect(back.was_asked):is(false)
  expect(back.status):is(200)
end
