listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
trust "guests" { ca = "guests-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  handshake = "never",
  path "/b" { certificate = "require", late = { redirect = "https://cert.example{path}" } },
  path "/c" { certificate = "require", late = { redirect = "https://open.example{path}" } },
  path "/d" { certificate = "require", late = { redirect = "https://portal.example/a{path}" } },
}
site "cert.example" {
  key = "cert", upstream = "http://127.0.0.1:8080", trust = "guests",
  certificate = "request",
}
site "open.example" { key = "open", upstream = "http://127.0.0.1:8080" }
