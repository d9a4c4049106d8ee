listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem", spiffe = "acme.example" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  path "/" {
    certificate = "require",
    identity = { spiffe = "spiffe://other.example/*" },
  },
}
