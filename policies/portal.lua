-- SPDX-License-Identifier: Apache-2.0
-- A portal that everyone may read, with an admin area for the staff.
--
-- For whom: one name, most of it public, a few paths for few people.
-- What it does: /admin, and the settings of every team, need a certificate of
-- the staff; a team's settings one of a team leader. The front page shows who
-- is there if a certificate was shown, and works without.
-- What it costs: the handshake asks everybody. Browsers show their picker to
-- those who have a certificate of the staff, on the public pages too (W202);
-- all others see nothing. admin-name.lua has no picker on public pages.
-- What to change: the names, the files, the paths.
listen "0.0.0.0:443"

trust "staff" { ca = "pki/staff-ca.pem" }

site "portal.example" {
  key      = "pki/portal",               -- portal.pem and portal.key
  upstream = "http://127.0.0.1:8080",
  trust    = "staff",

  path "/"  { certificate = "none" },
  exact "/" { certificate = "request" },
  path "/admin" {
    certificate = "require",
    why = "staff only", tell = true,
  },
  glob "/teams/*/settings" {
    certificate = "require",
    identity    = { email = "*@leads.portal.example" },
    why = "team leaders only", tell = true,
  },
}
