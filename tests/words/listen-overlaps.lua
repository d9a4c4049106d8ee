listen "0.0.0.0:8443"
listen "127.0.0.1:8443"
listen "[::]:8443"
listen { "[::1]:8443", redirect = "https" }
listen "127.0.0.1:8444"
listen "[::]:0"
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
