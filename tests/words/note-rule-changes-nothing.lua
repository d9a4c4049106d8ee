listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem", crl = "staff.crl" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  path "/docs" { certificate = "request" },
  path "/docs/old" { certificate = "request" },
  exact "/docs/new" { certificate = "request", why = "said on purpose" },
  exact "/docs/none" { certificate = "none" },
  path "/" { certificate = "request" },
}
