listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "request",
  path "/a" { late = { learn = 120 } },
  path "/b" { late = { learn = "10ms" } },
  path "/c" { late = { learn = "2m", status = 403 } },
  path "/d" { late = { learn = "2m", close = false } },
  path "/e" { late = { learn = "2m", status = 421 } },
}
