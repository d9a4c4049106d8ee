-- SPDX-License-Identifier: Apache-2.0
-- Turn a requirement on step by step.
--
-- For whom: a site in use whose closed part shall need certificates soon,
-- without a morning on which nobody gets in.
-- What it does: each path is at one of three steps.
--   1. in shadow: the handshake asks, everybody is let in, and logs, metrics
--      and the record tell who would have been refused. On its date the shadow
--      ends by itself.
--   2. for a share: enforced for one client in ten, always the same ones, and
--      for the pilot networks of the function below. Raise the number, step
--      back by lowering it: the clients of a smaller share are in each greater.
--   3. "require", for everybody.
-- What it costs: the picker appears from step 1 on, for the whole site.
-- What to change: the names, the networks, the date, and step by step the
-- paths.
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
    if req.certificate or not pilots:contains(req.client_ip) then
      return
    end
    for i = 1, #piloted do
      if req.path:under(piloted[i]) then
        return need_certificate { why = "pilot network", tell = true }
      end
    end
  end,

  path "/calendar" {                     -- step 1
    certificate = "require",
    shadow = before "2027-03-01",
    why = "staff only", tell = true,
  },
  path "/reports" {                      -- step 2
    certificate = "require",
    share = percent(10, "client_ip"),
    why = "one client in ten", tell = true,
  },
  path "/salaries" {                     -- step 3
    certificate = "require",
    why = "staff only", tell = true,
  },
}
