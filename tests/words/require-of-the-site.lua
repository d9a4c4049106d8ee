listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
trust "guests" { ca = "guests.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    return ask.require { }
  end,
  path "/guests" { certificate = "require", trust = "guests" },
}
site "some.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.client_ip == "192.0.2.1" then return ask.require { } end
  end,
  path "/guests" { certificate = "require", trust = "guests" },
}
site "all.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    return ask.request { }
  end,
  path "/guests" { certificate = "require", trust = "guests" },
}
site "none.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  client_hello = function(hello)
    return ask.require { }
  end,
  path "/guests" { certificate = "require", trust = "guests" },
}
