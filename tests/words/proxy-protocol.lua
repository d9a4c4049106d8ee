listen { "127.0.0.1:8443", proxy_protocol = true }
listen { "127.0.0.1:8444", proxy_protocol = { } }
listen { "127.0.0.1:8445", proxy_protocol = { from = "10.0.0.0/33" } }
listen { "127.0.0.1:8446", proxy_protocol = { from = { } } }
listen { "127.0.0.1:8447", proxy_protocol = { form = "10.0.0.0/8" } }
listen { "127.0.0.1:8448", proxy_protocl = { from = "10.0.0.0/8" } }
listen { proxy_protocol = { from = "10.0.0.0/8" } }
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
