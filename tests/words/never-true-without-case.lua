listen "127.0.0.1:8443"
local function decide(req)
  if req.path == "/Admin" then return deny { } end
end
site "iis.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", case = "insensitive",
  request = decide,
}
site "b.example" {
  key = "portal", upstream = "http://127.0.0.1:8080", case = "insensitive",
  request = function(req)
    if req.path == "/Admin" then return deny { } end
  end,
}
site "c.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = decide,
}
