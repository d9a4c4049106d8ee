listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
server "portal.example" {
  key = "portal",
  upstream = "http://127.0.0.1:8080",
  location "/admin" { certificate = "require", trust = "staff" },
}
