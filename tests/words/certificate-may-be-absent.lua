listen "127.0.0.1:8443"
trust "staff" { ca = "ca.pem" }
local function ada(req)
  return req.certificate.subject == "CN=Ada" and allow { } or nil
end
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  request = function(req)
    if req.certificate.subject == "CN=Ada" then return allow { } end
  end,
  path "/" { certificate = "require" },
}
site "b.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "request",
  request = function(r)
    local who = r.certificate
    if r.method == "PUT" and not who then return deny { } end
    if who and who:dns_matches "*.x.example" then return allow { } end
    for _, name in ipairs { "a", "b" } do
      if who.subject == name then return allow { } end
    end
  end,
}
site "c.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "request",
  request = function(req)
    local who = req.certificate
    if req.method == "GET" then
      if who == nil then return deny { } end
      if who.serial == "0a" then return allow { } end
    elseif not (who ~= nil) or req.method == "PUT" then
      return need_certificate { }
    elseif who.issuer == "CN=A" then
      return allow { }
    end
    if not who then return end
    return who.subject == "CN=B" and allow { } or nil
  end,
}
site "d.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "require",
  request = function(req)
    if req.certificate.subject == "CN=Ada" then return allow { } end
  end,
}
site "e.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", trust = "staff",
  certificate = "request",
  request = ada,
}
