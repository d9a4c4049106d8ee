-- SPDX-License-Identifier: Apache-2.0
-- One name for each partner; who may use it stands in a data file.
--
-- For whom: an API that other companies call with the SPIFFE IDs of their
-- services. A new partner is a line in partners.json and a reload.
-- What it does: acme.api.example is for the ID that partners.json has for
-- "acme", and so on; some partners may only read. Names that are not in the
-- file are not found. The application reads the identity in Client-Cert.
-- What it costs: no picker, for no browser calls an API. Whoever has no good
-- certificate is refused in the handshake and reads no words.
-- What to change: the names, the files, partners.json. In an ID a star is one
-- segment, two stars are anything.
listen "0.0.0.0:8443"

local partners = data "partners.json"
local reading  = set { "GET", "HEAD" }

trust "partners" { ca = "pki/partners.pem", crl = "pki/partners.crl", depth = 2 }

site "*.api.example" {
  key         = "pki/api",               -- for *.api.example
  upstream    = { "http://127.0.0.1:9001", "http://127.0.0.1:9002" },
  trust       = "partners",
  certificate = "require",               -- on the site: refuse in the handshake
  forward     = { client_cert = "rfc9440", chain = true },

  request = function(req)
    local partner = partners[req.sni:label(1)]

    if not req.certificate then
      return                             -- the declared rule refuses it
    end
    if not partner then
      return deny { status = 404, why = "no such partner" }
    end
    if not req.certificate:spiffe_matches(partner.id) then
      return deny { status = 403, why = "certificate of another partner" }
    end
    if not partner.write and not reading:contains(req.method) then
      return deny { status = 405, why = "this partner only reads", tell = true }
    end
  end,
}
