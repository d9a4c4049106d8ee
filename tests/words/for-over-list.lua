listen "127.0.0.1:8443"
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  request = function(req)
    local tokens = { "a", "b" }

    for _, protocol in req.alpn do
      if protocol == "h2" then return deny { } end
    end
    for token in tokens do
      if req.query == token then return deny { } end
    end
    for i, token in { "c" } do
      if req.query == token then return deny { status = 400 + i } end
    end
    for name, value in req.headers do return deny { } end
    for _, one in ipairs(tokens) do
      if req.query == one then return deny { } end
    end
  end,
}
