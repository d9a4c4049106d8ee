listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "one.example" {
  key = "one", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/" { certificate = "require" },
  path "/api" { certificate = "require", preflight = "allow" },
}
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/" { certificate = "require", preflight = "refuse" },
  path "/api" { certificate = "require", preflight = "allow" },
  path "/files" { certificate = "require" },
  path "/old" { certificate = "require" },
  exact "/upload" { certificate = "require" },
  glob "/u/*/keys" { certificate = "require" },
  path "/new" { certificate = "require" },
}
