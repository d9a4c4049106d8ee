local office = cidr { "10.0.0.0/8", "10.0.0.0/99" }
listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  client_hello = function(hello)
    if office:contains(hello.client_ip) then return refuse {} end
  end,
}
