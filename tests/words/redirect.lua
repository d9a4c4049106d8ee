listen { "127.0.0.1:80", redirect = true }
listen { "127.0.0.1:81", redirect = "http" }
listen { "127.0.0.1:82", redirect = { port = 0 } }
listen { "127.0.0.1:83", redirect = { prot = 443 } }
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
