listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/api" { certificate = "require", preflight = "allow" },
  path "/files" { certificate = "require" },
  path "/shut" { certificate = "require", preflight = "refuse" },
  path "/" { certificate = "require", preflight = "alow" },
}
site "strict.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "require", preflight = "allow",
}
