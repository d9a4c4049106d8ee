listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  exact "/" { certificate = "none" },
  exact "/a" { certificate = "none" },
  exact "/a/" { certificate = "none" },
  path "/a" { certificate = "none", why = "below it" },
}
