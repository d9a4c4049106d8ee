listen "127.0.0.1:8443\0"
trust "st\0aff" { ca = "ca\0.pem" }
trust "staff" { ca = { "ca.pem", "more\x00.pem" }, spiffe = "acme\0.example" }
site "portal\0.example" {
  key = "portal\0", upstream = "http://127.0.0.1\u{0}:8080",
  why = "\0staff only",
  late = { title = "a\0b", body = "a\0b", headers = { ["X-Why"] = "a\0b" } },
  path "/a\0b" { },
}
site "shop.example" {
  key = { cert = "shop\0.pem", key = "shop.key" },
  upstream = "unix:/run/shop\0", trust = "staff",
  path "/a" { certificate = "require", identity = { dns = "a\0*" } },
  request = function(req)
    if req.method == "PUT" then return deny { why = "a\0b" } end
  end,
}
