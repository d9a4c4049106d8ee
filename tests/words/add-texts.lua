listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local domain = ".example"
site("portal" + domain) {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    local number = "1"
    return deny { why = "no " + req.method, status = 400 + number }
  end,
}
