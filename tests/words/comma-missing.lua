listen "127.0.0.1:8443"
site "a.example" {
  upstream = "http://127.0.0.1:8080"
  certificate = "none",
  key = "a" why = "x",
}
