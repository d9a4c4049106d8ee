listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
local least = 1.3
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.version < 1.3 then return ask.request { } end
    if least > hello.version then return ask.request { } end
    if hello.client_port < "1024" then return refuse { } end
    if hello.alpn > 1 then return refuse { } end
    if hello.offers_post_handshake_auth >= true then return refuse { } end
    if hello.version < "1.3" and hello.client_port < 1024 then
      return ask.none { }
    end
  end,
  request = function(req)
    if req.headers > 3 then return deny { } end
    if req.certificate and req.certificate > nil then return deny { } end
    if req.path > "/m" or #req.path > 200 then return deny { } end
  end,
}
