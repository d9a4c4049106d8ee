listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  client_hello = function(hello)
    if hello.path == "/admin" then return ask.require {} end
    if hello.certificate then return ask.none {} end
  end,
  path "/admin" { certificate = "require", late = { status = 403 } },
}
