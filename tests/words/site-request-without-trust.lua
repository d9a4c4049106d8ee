listen "127.0.0.1:8443"
site "a.example" { key = "a", upstream = "http://127.0.0.1:1", certificate = "request" }
site "b.example" { key = "a", upstream = "http://127.0.0.1:1", handshake = "always" }
