-- SPDX-License-Identifier: Apache-2.0
-- SIGTERM: requests under way end, idle connections close, no new ones are
-- taken, and the exit is clean.
for _, version in ipairs { "1.2", "1.3" } do
  local upstream = rig.upstream { paths = {
    ["/slow"] = { "HTTP/1.1 200 OK\r\nContent-Length: 1048580\r\n\r\nhalf",
      { "hold" }, { "pour", 1 << 20 } },
  } }
  local gateway = rig.gateway {
    upstream = upstream,
    policy = [[
      site "shop.test" { key = "server", upstream = "$upstream" }
    ]],
  }
  local idle = gateway:connect { sni = "shop.test", tls = version }
  expect(idle:get("/").status):is(200)
  local busy = gateway:connect { sni = "shop.test", tls = version }
  busy:send(busy:format { path = "/slow" })
  expect(upstream:await(2)):is(2)

  gateway.process:signal "TERM"
  expect((gateway:await("draining") or {}).event):is "draining"
  expect(idle:ending()):is "closed"
  expect(rig.dial(gateway.port)):is(nil)
  expect(gateway.process:wait(0)):is(nil)
  -- Nobody reads this any more; it must not make the end a reset, which would
  -- eat the answer.
  busy:send(busy:format { path = "/next" })
  rig.pass(0.1)
  upstream:release()
  rig.pass(0.3)
  local answer = busy:answer()
  expect(answer.status):is(200)
  expect(#(answer.body or "")):is((1 << 20) + 4)
  expect(busy:ending()):is "closed"
  expect(gateway.process:wait()):is(0)
  expect(gateway:said()):matches " stopped"
end
