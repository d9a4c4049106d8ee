-- SPDX-License-Identifier: Apache-2.0
-- Turn a requirement on step by step.
--
-- For whom: a site in use whose closed part shall need certificates soon,
-- without a morning on which nobody gets in.
-- What it does: each path is at one of three steps.
--   1. "request": the handshake asks, nothing is refused. Before the next step
--      `yett impact` replays the record and tells whom it would refuse.
--   2. the function below requires it of the pilot networks, and of every
--      tenth client: those whose IPv4 address ends with a 7, always the same.
--      Step back by removing the path from `piloted`.
--   3. "require", for everybody.
-- What it costs: the picker appears from step 1 on, for the whole site.
-- What to change: the names, the networks, and step by step the paths.
gateway { log = { record = "decisions.ndjson" } }

listen "0.0.0.0:443"

trust "staff" { ca = "pki/staff-ca.pem" }

local pilots  = cidr { "10.1.0.0/16", "fd00:1::/32" }
local piloted = { "/reports" }           -- the paths at step 2

site "hr.example" {
  key      = "pki/hr",
  upstream = "http://127.0.0.1:8080",
  trust    = "staff",

  request = function(req)
    if req.certificate then
      return
    end
    for i = 1, #piloted do
      if req.path:under(piloted[i]) then
        if pilots:contains(req.client_ip) then
          return need_certificate { why = "pilot network", tell = true }
        elseif req.client_ip:ends_with "7" then
          return need_certificate { why = "one client in ten", tell = true }
        end
      end
    end
  end,

  path "/calendar" { certificate = "request" },  -- step 1
  path "/reports"  { certificate = "request" },  -- step 2
  path "/salaries" {
    certificate = "require",             -- step 3
    why = "staff only", tell = true,
  },
}
