-- SPDX-License-Identifier: Apache-2.0
-- An API that everybody may read and clients with a certificate may change.
--
-- For whom: an API for scripts in browsers and for machines.
-- What it does: reading is open, and so are CORS preflights, which never carry
-- a certificate. Changes need one, and /internal one of the plant's services.
-- Programs that look like browsers are not asked, so that nobody sees a picker;
-- what they may not do they are told in words for developers. The functions
-- and that answer are those of modules/common.lua, which other sites share.
-- What it costs: a browser can never change anything here.
-- What to change: the names, and the SPIFFE IDs.
listen "0.0.0.0:443"

trust "clients" { ca = "pki/clients-ca.pem", crl = "pki/clients.crl" }

local common = use "modules/common.lua"

site "api.example" {
  key          = "pki/api",
  upstream     = "http://127.0.0.1:9000",
  trust        = "clients",
  preflight    = "allow",
  late         = common.late_for_scripts,
  client_hello = common.machines.client_hello,
  request      = common.changes.request,

  path "/internal" {
    certificate = "require",
    identity    = { spiffe = "spiffe://plant.example/service/*" },
    why = "services of the plant only",
  },
}
