listen "127.0.0.1:8443"
trust "staff" { ca = "staff-ca.pem" }
site "portal.example" {
  key = "portal", upstream = "http://127.0.0.1:8080",
  trust = "staff",
  client_hello = function(hello)
    if hello.sni == "a" then return ask.require { trust = 7 } end
    if hello.sni == "b" then return ask.none "browsers" end
    return refuse { why = false }
  end,
  request = function(req)
    local code = req.method == "GET" and 403 or 405

    if req.path == "/1" then return deny { status = "403" } end
    if req.path == "/2" then return deny { status = 200 } end
    if req.path == "/3" then return deny { status = 403.5 } end
    if req.path == "/4" then return deny { tell = "yes", why = {} } end
    if req.path == "/5" then return deny { 403 } end
    if req.path == "/6" then return redirect { location = "http://a/" } end
    if req.path == "/7" then return redirect { location = "/a b" } end
    if req.path == "/8" then return redirect { location = 7, status = 200 } end
    if req.path == "/9" then return deny(403) end
    if req.path == "/good" then return redirect { location = "/\z
      elsewhere", status = (308) } end
    return deny { status = code, why = "of " .. req.method, tell = true }
  end,
  path "/admin" { certificate = "require", late = { status = 403 } },
}
