listen "127.0.0.1:8443"
trust "staff" { ca = "staff.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  path "/admin" {
    certificate = "require",
    why = "staff only",
    certificate = "none",
  },
  request = function(req)
    if req.method == "PUT" then
      return deny { status = 403, ["status"] = 404 }
    end
  end,
}
