listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  request = function(req)
    if req.method == "GET"
      return deny {}
    end
  end,
  path "/admin" { certificate = "require", late = { status = 403 } },
}
