listen "127.0.0.1:8443"
local plant = cidr { "10.20.0.0/16" }
local methods = set { "PUT" }
local names = glob "*.x.example"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    if plant:contains(req.host) or methods[req.method] then return deny { } end
    if names:matches(req.sni) or req.path:find "^/admin" then return deny { } end
    if req.method == "PUT" or "POST" then return deny { } end
    if not req.method == "PUT" then return deny { } end
  end,
}
