-- SPDX-License-Identifier: Apache-2.0
-- Who asks before sending a body is refused from the head: no 100 Continue,
-- nothing read, no contact with the origin. Who is allowed hears what the
-- origin says to it.
local upstream = rig.upstream { paths = {
  ["/echo"] = { "HTTP/1.1 100 Continue\r\n\r\n", { "body" }, { "echo" } },
} }
rig.authority "staff"
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
  ]],
}
local function head(path, length)
  return ("POST %s HTTP/1.1\r\nHost: shop.test\r\nContent-Length: %d\r\n"
    .. "Expect: 100-continue\r\n\r\n"):format(path, length)
end

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  client:send(head("/pay", 1 << 30))
  local answer = client:answer()
  expect(answer.status):is(500)
  expect(answer.problem.reason):is "late"
  expect(#answer.interim):is(0)
  expect(answer.header.connection):is "close"
  expect(client:ending()):is "closed"

  -- Without the question: a short body is read away, the framing holds.
  client = gateway:connect { sni = "shop.test", tls = version }
  answer = client:request { method = "POST", path = "/pay", body = "short" }
  expect(answer.status):is(500)
  expect(client:get("/").body):is "hello"

  -- A long one is not, and the answer arrives all the same.
  client = gateway:connect { sni = "shop.test", tls = version }
  client:send("POST /pay HTTP/1.1\r\nHost: shop.test\r\n"
    .. "Content-Length: 100000000\r\n\r\n")
  client:push(("x"):rep(2000000), 0.2)
  answer = client:answer()
  expect(answer.status):is(500)
  expect(answer.header.connection):is "close"

  client = gateway:connect { sni = "shop.test", tls = version }
  client:send(head("/echo", 3))
  client:fill()
  expect(client.held):matches "^HTTP/1%.1 100 "
  client:send "abc"
  expect(client:answer().body):is "abc"
end
expect(upstream.requests):is(4)
