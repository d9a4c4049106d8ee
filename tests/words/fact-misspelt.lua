listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  request = function(req)
    local cert = req.certificate
    if cert and cert.issuers == "x" then return deny {} end
    if req.user == "ada" or req:offers_apln "h2" then return deny {} end
  end,
  path "/admin" { certificate = "require", late = { status = 403 } },
}
