-- SPDX-License-Identifier: Apache-2.0
-- What begins with Yett- is said by the gateway alone: not by an origin, in a
-- head or behind a body, and not by a client; Connection changes nothing.
local upstream = rig.upstream { paths = {
  ["/forged"] = { "HTTP/1.1 200 OK\r\nYett-Decision: 0123456789abcdef\r\n"
    .. "yett_error: ERROR_NOT_SUPPORTED (0x80070032)\r\nX-Kept: yes\r\n"
    .. "Transfer-Encoding: chunked\r\n\r\n0\r\nYett-Error: x\r\n"
    .. "X-Kept-Too: yes\r\n\r\n" },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      request = function(req)
        if req.path == "/denied" then return deny {} end
      end,
    }
  ]],
}
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local answer = client:get("/forged", { ["Yett-Error"] = "x",
    ["yett_decision"] = "y", ["X-Mine"] = "yes", TE = "trailers",
    Connection = "TE" })
  expect(answer.status):is(200)
  expect(answer.head:lower()):lacks "yett"
  expect(answer.header["x-kept"]):is "yes"
  expect(answer.trailer["x-kept-too"]):is "yes"
  expect(answer.trailer["yett-error"]):is(nil)
  local seen = upstream:last()
  expect(seen.header["x-mine"]):is "yes"
  expect(seen.header["yett-error"]):is(nil)
  expect(seen.header["yett_decision"]):is(nil)
  expect(client:get("/denied").header["yett-decision"]):matches "^%x+$"
end
