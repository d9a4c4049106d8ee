listen { "0.0.0.0:8443", proxy_protocol = { from = "0.0.0.0/0" } }
listen {
  "[::]:8443",
  proxy_protocol = { from = { "192.0.2.1", "::/0" } },
}
local halves = cidr { "0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/2" }
listen { "0.0.0.0:8444", proxy_protocol = { from = halves } }
listen { "[::]:8445", proxy_protocol = { from = { "2000::/4", "3000::/4" } } }
listen { "0.0.0.0:8446", proxy_protocol = { from = { "0.0.0.0/1", "2000::/4" } } }
listen { "0.0.0.0:8447", proxy_protocol = { from = { "0.0.0.0/2", "128.0.0.0/1" } } }
listen { "0.0.0.0:8448", proxy_protocol = { from = "10.0.0.0/8" } }
site "portal.example" { key = "portal", upstream = "http://127.0.0.1:8080" }
