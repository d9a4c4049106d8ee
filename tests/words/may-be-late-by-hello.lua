listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
trust "guests" { ca = "guests.pem" }
local nobody = ask.none
local function by_network(hello)
  if hello.client_port > 1024 then return ask.request { trust = "guests" } end
end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello:offers_alpn "h2" then return nobody { } end
  end,
  path "/" { certificate = "require" },
  path "/admin" { certificate = "require", late = { status = 403 } },
}
site "other.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    return by_network(hello)
  end,
  path "/" { certificate = "require", late = "421" },
}
site "third.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.version == "1.2" then return refuse { } end
    return ask.require { }
  end,
  path "/" { certificate = "require" },
}
