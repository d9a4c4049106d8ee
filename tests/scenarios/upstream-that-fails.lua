-- SPDX-License-Identifier: Apache-2.0
-- Refused, silent, cut short, nonsense: 502 or 504, and never a framing that
-- lies.
local ok = "HTTP/1.1 200 OK\r\n"
local upstream = rig.upstream { paths = {
  ["/silent"] = { { "hold" } },
  ["/closes"] = { { "close" } },
  ["/resets"] = { { "reset" } },
  ["/nonsense"] = { "SSH-2.0-OpenSSH\r\n\r\n" },
  ["/two-lengths"] = { ok .. "Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc" },
  ["/both"] = { ok .. "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n"
    .. "0\r\n\r\n" },
  ["/cut"] = { ok .. "Content-Length: 9\r\n\r\nabc", { "close" } },
  ["/cut-chunk"] = { ok .. "Transfer-Encoding: chunked\r\n\r\n3\r\nab",
    { "close" } },
  ["/long"] = { ok .. "Content-Length: 2\r\n\r\nabSMUGGLED" },
} }
local gone = rig.upstream()
gone:stop()
local gateway = rig.gateway {
  upstream = upstream, gone = gone,
  settings = 'timeouts = { answer = "500ms" }',
  policy = [[
    site "shop.test" {
      key = "server", upstream = "$upstream",
      path "/gone" { upstream = "$gone" },
    }
  ]],
}
local whole = { gone = 502, silent = 504, closes = 502, resets = 502,
  nonsense = 502, ["two-lengths"] = 502, both = 502 }

for _, version in ipairs { "1.2", "1.3" } do
  for name, status in pairs(whole) do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local answer = client:get("/" .. name)
    expect(answer.status, name):is(status)
    expect(answer.problem, name):is_not(nil)
    expect(client:get("/").body, name):is "hello"
  end
  for _, name in ipairs { "cut", "cut-chunk" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    local answer = client:get("/" .. name)
    expect(answer.status, name):is_one_of { 200, 502 }
    if answer.status == 200 then
      expect(answer.body, name):is(nil)
      expect(client:ending(), name):is_one_of { "closed", "cut", "reset" }
    end
  end
  local client = gateway:connect { sni = "shop.test", tls = version }
  expect(client:get("/long").body):is "ab"
  expect(client:get("/").body):is "hello"
end
upstream:release()
