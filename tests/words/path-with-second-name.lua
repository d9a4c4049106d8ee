listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "iis.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  case = "insensitive",
  path "/a." { certificate = "require" },
  path "/caf%E9" { certificate = "none" },
  path "/fine" { certificate = "none", why = "it is" },
}
site "linux.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/a." { certificate = "none", why = "it is" },
}
