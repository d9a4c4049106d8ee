listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.ip then return ask "none" end
    ask.require { }
  end,
  request = function(req)
    if req.method == "PUT" then deny { status = 405 } end
    if req.url then return deny(404) end
    if req.method == "POST" then return redirect { } end
    if cidr { "10.0.0.0/8" }:contains(req.client_ip) then return deny "no" end
  end,
}
