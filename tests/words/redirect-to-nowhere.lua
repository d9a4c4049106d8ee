listen { "127.0.0.1:80", redirect = "https" }
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
