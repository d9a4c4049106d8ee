listen "8443"
listen "127.0.0.1:99999"
listen "*:443"
listen "localhost:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
}
