listen "127.0.0.1:8443"
site "https://portal.example:8443" {
  key = "p", upstream = "http://127.0.0.1:1",
  path "admin" { certificate = "none" },
}
