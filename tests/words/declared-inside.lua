listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = trust "staff" { ca = "staff-ca.pem" },
  path "/admin" {
    certificate = "none",
    path "/admin/deep" { certificate = "none" },
  },
  site "inner.example" { key = "inner", upstream = "http://127.0.0.1:1" },
  trust "guests" { ca = "guests-ca.pem" },
  listen "127.0.0.1:8444",
  { path = "/b" },
  path "/c" { },
}
