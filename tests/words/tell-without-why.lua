listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  why = "for customers",
  path "/admin" { certificate = "require", tell = true },
  path "/staff" { certificate = "require", tell = true, why = "staff only" },
  path "/open" { tell = false },
  request = function(req)
    if req.method == "PUT" then return deny { status = 405, tell = true } end
    if req.method == "PATCH" then return need_certificate { tell = true } end
    return deny { tell = true, why = "never" }
  end,
}
site "shop.example" {
  key = "shop", upstream = "http://127.0.0.1:8080", tell = true,
}
