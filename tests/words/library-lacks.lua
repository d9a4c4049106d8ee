listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
local first = string.match("portal.example", "^%a+")
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", why = first,
  request = function(req)
    local parts = table.pack(req.path:find("/"))
    if string.startswith(req.path, "/") or math.random(9) == 1 then
      return deny { }
    end
  end,
}
