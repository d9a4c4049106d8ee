-- SPDX-License-Identifier: Apache-2.0
-- Expect: 100-continue goes to the origin, which says whether it wants the
-- body, early, late or never; any other expectation is 417 (RFC 9110, 10.1.1).
local ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
local upstream = rig.upstream { paths = {
  ["/wants"] = { "HTTP/1.1 100 Continue\r\n\r\n", { "body" }, ok },
  ["/says-no"] = { "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
    { "body" } },
  ["/silent"] = { { "body" }, ok },
  ["/mute"] = { { "hold" }, { "body" }, ok },
  ["/early"] = { "HTTP/1.1 100 Continue\r\n\r\n", ok, { "body" } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local head = "POST %s HTTP/1.%d\r\nHost: shop.test\r\n"
  .. "Content-Length: 5\r\nExpect: %s\r\n\r\n"

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  local function ask(path, expect, minor)
    client:send(head:format(path, minor or 1, expect or "100-Continue"))
  end

  ask "/wants"
  while not client.held:find("\r\n\r\n", 1, true) and client:fill() do end
  expect(client.held):matches "^HTTP/1.1 100 "
  client:send "hello"
  local answer = client:answer()
  expect(answer.status):is(200)
  expect((answer.interim[1] or {}).status):is(100)
  expect(upstream:last().body):is "hello"
  expect(upstream:last().header.expect):is_not(nil)

  -- A client need not wait for ever, nor at all.
  ask "/silent"
  expect(client:fill(0.1)):is(false)
  client.ended = nil
  client:send "hello"
  expect(client:answer().body):is "ok"
  client:send(head:format("/wants", 1, "100-continue") .. "hello")
  expect(client:answer().body):is "ok"

  -- Answered with the body wanted, but not waited for.
  ask "/early"
  expect(client:answer().body):is "ok"
  client:send "hello"
  expect(client:get("/").body):is "hello"

  -- No body is wanted: whether it comes all the same cannot be known.
  ask "/says-no"
  answer = client:answer()
  expect(answer.status):is(403)
  expect(answer.body):is "no"
  expect(answer.header.connection):is "close"
  expect(#answer.interim):is(0)
  expect(client:ending()):is "closed"

  -- HTTP/1.0 knows nothing of it.
  client = gateway:connect { sni = "shop.test", tls = version }
  client:send(head:format("/wants", 0, "100-continue") .. "hello")
  answer = client:answer()
  expect(answer.body):is "ok"
  expect(#answer.interim):is(0)
  expect(upstream:last().header.expect):is(nil)

  local before = upstream.requests
  client = gateway:connect { sni = "shop.test", tls = version }
  ask("/wants", "200-ok")
  expect(client:answer().status):is(417)
  expect(client:ending()):is "closed"
  expect(upstream.requests):is(before)
end

-- A client that waits for 100 waits for the upstream, whose silence it is.
local impatient = rig.gateway { upstream = upstream, policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]], settings = 'timeouts = { body = "200ms", answer = "400ms" }' }
local client = impatient:connect { sni = "shop.test" }
for _ = 1, 3 do
  client:send(head:format("/mute", 1, "100-continue"))
  expect(client:answer().status):is(504)
  client = impatient:connect { sni = "shop.test" }
end
expect(impatient:await("upstream-failed").failure):is "answer_timeout"
expect(impatient:await("upstream-down") ~= nil):is(true)
-- One that began to send has the time of a body.
client:send(head:format("/mute", 1, "100-continue") .. "he")
expect(client:answer().status):is(408)
