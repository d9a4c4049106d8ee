listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", /* all of it */ upstream = "http://127.0.0.1:8080",
}
