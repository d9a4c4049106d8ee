gateway { tickets = "of" }
listen "127.0.0.1:8443"

site "one.example" {
  key = { cert = "one.pem", key = "one.key", ocps = "one.ocsp" },
  upstream = "http://127.0.0.1:1",
}
site "two.example" {
  key = "two", upstream = "http://127.0.0.1:1", tls_priority = { "NORMAL" },
}
site "three.example" {
  key = { cert = "three.pem", key = "three.key", ocsp = 3 },
  upstream = "http://127.0.0.1:1",
}
