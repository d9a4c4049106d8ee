listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/a" {
    certificate = "require",
    late = { close = "reset", status = 500, title = "Gone" },
  },
  path "/b" {
    certificate = "require",
    late = { redirect = "https://cert.example{path}", status = 403 },
  },
}
