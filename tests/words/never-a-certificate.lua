listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    local who = req.certificate
    if who and who.subject == "CN=Ada" then return allow { } end
    if req.certificate then return deny { status = 403 } end
  end,
}
site "never.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  handshake = "never",
  request = function(req)
    if req.certificate.subject == "CN=Ada" then return allow { } end
  end,
  path "/" { certificate = "require" },
}
site "learns.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  handshake = "never", late = { learn = "2m" },
  request = function(req)
    if req.certificate then return allow { } end
  end,
  path "/" { certificate = "require" },
}
site "needs.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    if not req.certificate then return need_certificate { } end
  end,
}
site "asks.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello) return ask.request { } end,
  request = function(req)
    if req.certificate then return allow { } end
  end,
}
