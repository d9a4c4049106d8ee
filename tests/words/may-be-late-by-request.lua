listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
trust "guests" { ca = "guests.pem" }
site "never.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  handshake = "never",
  request = function(req)
    if req.method == "PUT" then return need_certificate { } end
  end,
}
site "others.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    if req.method == "PUT" then return need_certificate { trust = "guests" } end
  end,
  path "/" { certificate = "request" },
}
site "fine.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    if req.method == "PUT" then return need_certificate { trust = "staff" } end
    -- need_certificate { trust = "guests" }
  end,
}
