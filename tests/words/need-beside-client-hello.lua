listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello:offers_alpn "h2" then return ask.none { } end
  end,
  request = function(req)
    if req.method == "PUT" then return need_certificate { } end
  end,
}
