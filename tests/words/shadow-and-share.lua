listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/a" { shadow = true },
  path "/b" { certificate = "require", shadow = "2027-03-01" },
  path "/c" { certificate = "require", shadow = before "2027-02-30" },
  path "/d" { certificate = "require", share = 10 },
  path "/e" { certificate = "require", share = percent(10) },
  path "/f" { certificate = "require", share = percent(101, "client_ip") },
  path "/g" { certificate = "require", share = percent(0.5, "client_ip") },
  path "/h" { share = percent(10, "client_ip") },
  path "/i" { certificate = "require", share = percent(10, "cookie") },
  path "/j" { certificate = "require", shadow = before(7) },
}
site "strict.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "require",
  path "/a" { certificate = "require", shadow = before "2027-03-01" },
}
