-- SPDX-License-Identifier: Apache-2.0
-- first.lua: everyone may read the site, /admin wants a staff certificate.
listen "127.0.0.1:8443"

trust "staff" { ca = "demo/staff-ca.pem" }

site "portal.example" {
  key      = "demo/portal",              -- portal.pem and portal.key
  upstream = "http://127.0.0.1:8080",
  trust    = "staff",
  forward  = { client_cert = "rfc9440" }, -- tell it who was verified

  path "/"      { certificate = "none" },
  path "/admin" { certificate = "require", why = "staff only" },
}
