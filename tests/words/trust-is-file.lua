listen "127.0.0.1:8443"
trust "guests" { ca = [[-----BEGIN CERTIFICATE-----
MIIB
-----END CERTIFICATE-----]] }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  path "/admin" { certificate = "require", trust = "pki/staff-ca.pem" },
}
