listen "127.0.0.1:8443"
local name = "x-device"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    if req.headers["x-device"] == "7" then return deny { } end
    if req.headers["x-device"] == 7 then return deny { } end
    if req.headers.cookie ~= nil and not req.headers.cookie then
      return deny { }
    end
    if req.headers[name] == true then return deny { } end
    if (req.headers["x-" .. "a"] or "") == "b" then return deny { } end
    if req.headers["X-A"] and req.headers["X-A"]:find("^a.*") then
      return deny { }
    end
    if req.alpn[1] == "h2" or req.alpn[1] == 2 then return deny { } end
  end,
}
