listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
local methods = set { "get", "HEAD" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  client_hello = function(hello)
    if hello.sni == "Portal.Example" then return ask.request { } end
    if hello.sni == nil or not hello.sni then return refuse { } end
    if hello:offers_alpn "http2" then return ask.request { } end
    if hello.version == 1.3 then return ask.request { } end
    if hello.client_ip == "10.0.0.0/8" then return ask.request { } end
    if hello.client_port == "443" then return ask.request { } end
    if hello.alpn == "h2" then return ask.request { } end
    if hello.sni == "elsewhere.example" then return ask.request { } end
  end,
  request = function(req)
    local method = req.method
    if method == "get" or req.method ~= "PSOT" then return allow { } end
    if req.path == "admin" or "/a//b" == req.path then return deny { } end
    if req.path:under "admin" then return deny { } end
    if methods:contains(req.method) then return allow { } end
    if req.sni:label(1) == "Portal" then return deny { } end
    if req.method:lower() == "GET" then return deny { } end
    if req.host == "portal.example:8443" then return deny { } end
    if req.certificate == true then return allow { } end
  end,
}
