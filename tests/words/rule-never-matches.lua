listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem", crl = "staff.crl" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  path "/a" { certificate = "require" },
  exact "/a" { certificate = "none" },
  glob "/a/*" { certificate = "none" },
  path "/" { },
}
