listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  client_hello = function(hello)
    if hello.offers_alpn "h2" or hello:sni() == "x" then return ask.none {} end
    if hello.sni:match "^a" then return ask.none {} end
  end,
  path "/admin" { certificate = "require", late = { status = 403 } },
}
