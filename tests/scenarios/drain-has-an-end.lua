-- SPDX-License-Identifier: Apache-2.0
-- What never ends is cut when timeouts.drain has passed; a second signal cuts
-- at once.
for _, version in ipairs { "1.2", "1.3" } do
  for _, impatient in ipairs { false, true } do
    local upstream = rig.upstream { paths = { ["/never"] = { { "hold" } } } }
    local gateway = rig.gateway {
      upstream = upstream,
      settings = 'timeouts = { drain = "'
        .. (impatient and "60s" or "300ms") .. '" }',
      policy = [[
        site "shop.test" { key = "server", upstream = "$upstream" }
      ]],
    }
    local client = gateway:connect { sni = "shop.test", tls = version }
    client:send(client:format { path = "/never" })
    expect(upstream:await(1)):is(1)
    gateway.process:signal "TERM"
    expect((gateway:await("draining") or {}).event):is "draining"
    if impatient then gateway.process:signal "TERM" end
    expect(gateway.process:wait(5)):is(0)
    expect(client:answer().status):is(0)
    upstream:release()
  end
end
