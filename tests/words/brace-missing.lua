listen "127.0.0.1:8443"
site "a.example" {
  key = "a",
  path "/a" { certificate = "none",
  upstream = "http://127.0.0.1:1",
}
