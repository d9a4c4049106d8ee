listen { "127.0.0.1:8443", fd = "web" }
listen { fd = "a:b" }
listen { fd = 3 }
listen { fd = "web" }
listen { fd = "web" }
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
