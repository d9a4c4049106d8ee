listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    local agent = req.headers["user-agent"]

    if req.headers["user-agent"]:match("curl") then return deny { } end
    if agent and agent:startswith("curl") then return deny { } end
    if req.headers.host == 7 then return deny { } end
    if req.path.startswith("/x") then return deny { } end
    if req.path.under("/x") then return deny { } end
    if startswith(req.path, "/x") then return deny { } end
    if req:header("x-token") then return deny { } end
  end,
}
