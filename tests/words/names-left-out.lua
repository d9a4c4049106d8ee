listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    if utf8.len(req.path) > 9 then return deny { } end
    local fine = xpcall(error, warn)
    rawset({ }, "fine", fine)
    collectgarbage()
  end,
}
