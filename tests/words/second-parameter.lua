listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req, res)
    res.status = 403
    if res.headers then return deny { } end
    if #req.headers > 10 then return deny { } end
    if tonumber(req.query) < "7" then return deny { } end
    if #req.path > "7" then return deny { } end
  end,
}
