listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.version < "1.2" then return refuse { } end
    if "TLSv1.2" >= hello.version then return ask.request { } end
    if hello.version > "1.2" then return ask.request { } end
    if hello.version <= "1.2" then return ask.none { } end
  end,
}
