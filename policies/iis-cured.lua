-- SPDX-License-Identifier: Apache-2.0
-- The site of iis-24h2.lua, cured: who has a certificate gets in again.
--
-- For whom: you leave IIS because the pages behind SslRequireCert stopped
-- working with TLS 1.3 and HTTP/2.
-- What it does: the handshake asks, because a path may need a certificate.
-- Whoever shows none reads the open pages all the same and is told 403 on
-- /pksecure, in words.
-- What it costs: a browser that has a fitting certificate shows its picker on
-- the first visit, for the open pages too. admin-name.lua avoids that.
-- What to change: the names, the files and the paths.
listen "0.0.0.0:443"

trust "smartcard" { ca = "pki/issuing.pem", crl = "pki/issuing.crl" }

site "intranet.example" {
  key      = "pki/intranet",
  upstream = "http://127.0.0.1:8080",
  trust    = "smartcard",
  case     = "insensitive",
  forward  = { client_cert = "rfc9440" },  -- the application reads Client-Cert

  -- Only for connections that are older than this policy.
  late = {
    status  = 403,
    hresult = 0,
    title   = "Open this page in a new window to use your certificate",
    close   = true,
  },

  path "/profile"  { certificate = "request" },
  path "/pksecure" {
    certificate = "require",
    why  = "this page needs the certificate of your card",
    tell = true,
  },
}
