-- SPDX-License-Identifier: Apache-2.0
-- The portal of portal.lua without a picker on its public pages: the admin
-- area has a server name of its own.
--
-- For whom: a public site where nobody should ever meet a question about
-- certificates, and an area for few people.
-- What it does: portal.example never asks. admin.portal.example asks in the
-- handshake and refuses there whoever has no certificate of the staff. Old
-- links to portal.example/admin lead to the new name.
-- What it costs: no picker on the public name. A second name with its own
-- certificate; whoever is refused on it sees the browser's page about TLS
-- instead of words: certificate = "require" on path "/" would give words.
-- What to change: the names, the files, and the address of the redirect.
listen "0.0.0.0:443"

trust "staff" { ca = "pki/staff-ca.pem" }

site "portal.example" {
  key      = "pki/portal",
  upstream = "http://127.0.0.1:8080",

  request = function(req)
    if req.path:under "/admin" then
      return redirect {
        location = "https://admin.portal.example/", status = 308,
      }
    end
  end,
}

site "admin.portal.example" {
  key         = "pki/admin",
  upstream    = "http://127.0.0.1:8081",
  trust       = "staff",
  certificate = "require",
}
