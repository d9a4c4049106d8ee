listen "127.0.0.1:8443"
local methods = set { "GET" }
methods.PUT = true
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    req.headers["x-user"] = "ada"
    if methods:contains(req.method) then
      table.insert(methods, req.method)
    end
  end,
}
