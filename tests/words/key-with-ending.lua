listen "127.0.0.1:8443"
site "portal.example" {
  key = { "pki/portal.pem", "pki/portal-rsa.key" },
  upstream = "http://127.0.0.1:8080",
}
