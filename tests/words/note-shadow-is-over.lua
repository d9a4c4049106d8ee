listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem", crl = "staff.crl" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/a" { certificate = "require", shadow = before "2020-03-01" },
}
site "hr.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/b" { certificate = "require", shadow = before "2120-03-01" },
}
