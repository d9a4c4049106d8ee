listen "127.0.0.1:8443"
local seen, last = 0, {}
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    local here = {}
    here.method = req.method
    seen = seen + 1
    last[req.client_ip] = here
    table.insert(last, here)
    if seen > 100 then return deny { status = 429 } end
  end,
}
