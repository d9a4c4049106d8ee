listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "app:pages", forward = { proxy_protocol = true },
  path "/a" { forward = { proxy_protocol = "v2" } },
  path "/b" { upstream = "http://127.0.0.1:8080" },
}
site "b.example" {
  key = "portal", upstream = "app:pages",
  path "/a" { forward = { proxy_protocol = true } },
  path "/b" { upstream = "unix:/run/b", forward = { proxy_protocol = true } },
}
