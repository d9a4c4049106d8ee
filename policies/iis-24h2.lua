-- SPDX-License-Identifier: Apache-2.0
-- IIS as Windows 11 24H2 and Windows Server 2025 do it.
--
-- For whom: you leave IIS and want no difference first, or you want to see
-- what your clients meet there since 24H2.
-- What it does: the handshake never asks, as http.sys does unless the binding
-- says "Negotiate Client Certificate". A path that requires a certificate is
-- answered with status 500 and 0x80070032, "The request is not supported".
-- What it costs: nobody sees a certificate picker, and nobody gets into
-- /pksecure. iis-cured.lua is the same site with people let in.
-- What to change: the names, the files, and the paths, one for each <location>
-- with sslFlags. "yett import iis" writes them from applicationHost.config.
listen "0.0.0.0:443"

trust "smartcard" { ca = "pki/issuing.pem", crl = "pki/issuing.crl" }

site "intranet.example" {
  key       = "pki/intranet",
  upstream  = "http://127.0.0.1:8080",
  trust     = "smartcard",
  case      = "insensitive",             -- as IIS finds its files
  handshake = "never",
  late      = "httpsys",                 -- 500 and 0x80070032

  path "/profile"  { certificate = "request" },  -- Ssl, SslNegotiateCert
  path "/pksecure" {
    certificate = "require",             -- Ssl, SslNegotiateCert, SslRequireCert
  },
}
