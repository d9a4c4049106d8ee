-- SPDX-License-Identifier: Apache-2.0
-- An origin that answers while the body is still coming: the client reads the
-- answer, and no reset eats it; what is left of the body goes nowhere.
local no = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 2\r\n\r\nno"
local upstream = rig.upstream { paths = {
  ["/closes"] = { no, { "body" } },
  ["/closes-at-once"] = { no, { "shut" }, { "hold" }, { "body" } },
  ["/resets"] = { no, { "shut" }, { "reset" }, { "body" } },
  ["/chunked"] = { "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    .. "2\r\nno\r\n0\r\n\r\n", { "body" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local head = "POST %s HTTP/1.1\r\nHost: shop.test\r\nContent-Length: %d\r\n\r\n"
local size = 6 << 20

for _, version in ipairs { "1.2", "1.3" } do
  for _, path in ipairs { "/closes", "/closes-at-once", "/resets",
    "/chunked" } do
    -- A client that reads only when it has sent what can be sent.
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:send(head:format(path, size))
    client:push(("u"):rep(size), 0.2)
    local answer = client:answer()
    expect(answer.status, path):is(path == "/chunked" and 200 or 413)
    expect(answer.body, path):is "no"

    -- Little is left: it is read, and the connection lives on.
    client = gateway:connect { sni = "shop.test", tls = version }
    client:send(head:format(path, 1000) .. ("u"):rep(400))
    expect(client:answer().body, path):is "no"
    client:send(("u"):rep(600))
    expect(client:get("/").body, path):is "hello"
    client:close()
  end
end
