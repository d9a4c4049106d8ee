-- SPDX-License-Identifier: Apache-2.0
-- A site's tls_priority says which TLS it speaks; what must stay off stays off,
-- a ticket of one string resumes under no other, and a string that GnuTLS does
-- not understand is a mistake of the policy.
local upstream = rig.upstream()
local policy = [[
  site "usual.test" { key = "server", upstream = "$upstream" }
  site "new.test" {
    key = "server", upstream = "$upstream",
    tls_priority = "NORMAL:-VERS-TLS1.2",
  }
  site "old.test" {
    key = "server", upstream = "$upstream",
    tls_priority = "NORMAL:-VERS-TLS1.3:+VERS-TLS1.1:+VERS-TLS1.0:+RSA",
  }
  site "small.test" {
    key = "server", upstream = "$upstream",
    tls_priority = "SECURE128:-CIPHER-ALL:+AES-256-GCM",
  }
]]
local gateway = rig.gateway { upstream = upstream, policy = policy }

for _, case in ipairs {
  -- name, what the client offers, the version agreed on or the alert
  { "usual.test", "NORMAL", "TLS1.3" },
  { "usual.test", "NORMAL:-VERS-TLS1.3", "TLS1.2" },
  { "new.test", "NORMAL", "TLS1.3" },
  { "new.test", "NORMAL:-VERS-TLS1.3", "protocol_version" },
  { "old.test", "NORMAL", "TLS1.2" },
  { "old.test", "NORMAL:-VERS-ALL:+VERS-TLS1.3", "protocol_version" },
  { "old.test", "NORMAL:-VERS-ALL:+VERS-TLS1.1", "protocol_version" },
  { "old.test", "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA",
    "handshake_failure" },
  { "small.test", "NORMAL", "TLS1.3" },
  { "small.test", "NORMAL:-VERS-TLS1.3", "TLS1.2" },
  { "small.test", "NORMAL:-CIPHER-ALL:+AES-128-GCM", "handshake_failure" },
} do
  local name, offer, wanted = table.unpack(case)
  local client = gateway:connect { sni = name, priority = offer }
  local about = name .. " " .. offer
  expect(client.failure or client.version, about):is(wanted)
  if not client.failure then
    expect(client:get("/").status, about):is(200)
  end
end

-- A TLS 1.2 ticket of a site that speaks no more than that.
local function visit(ticket)
  local client = gateway:connect { sni = "old.test", session = ticket,
    priority = "NORMAL" }
  expect(client:get("/").status):is(200)
  return client
end
local ticket = visit():ticket()
expect(visit(ticket).resumed):is(true)
expect(gateway:reload(policy:gsub("%+RSA", "+DHE-RSA"))):is(true)
expect(visit(ticket).resumed):is(false)

local fine, event = gateway:reload(policy:gsub("SECURE128", "SECURE129"))
expect(fine):is(false)
expect(event.line):contains "SECURE129:"
expect(event.line):contains "from character 1 on"
expect(visit().resumed):is(false)
