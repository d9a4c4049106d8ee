listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
trust "guests" { ca = "guests-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  handshake = "never",
  path "/a" {
    certificate = "require",
    late = { redirect = "https://cert.example{path}" },
  },
}
site "cert.example" {
  key = "cert", upstream = "http://127.0.0.1:8080", trust = "guests",
  certificate = "request",
}
