listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local partners = data "test/partners.json"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    local one = partners[req.sni:label(1)]
    one.seen = true
  end,
}
