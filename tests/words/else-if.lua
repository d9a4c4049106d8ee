listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    if req.method == "GET" then
      return allow { }
    else if req.method == "PUT" then
      return deny { }
    end
  end,
}
