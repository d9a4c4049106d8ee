listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local owners = { ada = "/a" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    if req.headers:get("x-device") or req.alpn:contains("h2")
        or owners:get("ada") then
      return deny { }
    end
  end,
}
