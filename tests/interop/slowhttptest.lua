-- SPDX-License-Identifier: Apache-2.0
-- The four slow attacks of slowhttptest, all at once, while good clients go on:
-- slow heads, slow bodies, slow reading, overlapping ranges.
rig.needs "slowhttptest"
local size = 4 << 20
local upstream = rig.upstream { paths = {
  ["/large"] = { ("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"):format(size),
    { "pour", size } },
} }
local gateway = rig.gateway {
  upstream = upstream,
  settings = 'timeouts = { handshake = "1s", head = "1s", body = "1s", '
    .. 'idle = "1s" }',
  policy = [[
    site "*" { key = "server", upstream = "$upstream" }
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
local modes = { "-H", "-B", "-R", "-X" }
local url = ("https://127.0.0.1:%d/large"):format(gateway.port)
local attacks = {}
for i, mode in ipairs(modes) do
  attacks[i] = rig.spawn { "/bin/sh", "-c", ("slowhttptest %s -c 40 -r 40 -i 1 "
    .. "-l 6 -p 5 -w 512 -y 1024 -n 1 -z 32 -s 8192 -x 8 -u %s </dev/null 2>&1")
    :format(mode, url) }
end
local good, until_then = 0, rig.now() + 5
while rig.now() < until_then do
  for _, version in ipairs { "1.2", "1.3" } do
    local client = gateway:connect { sni = "shop.test", tls = version }
    expect(client:get("/").body):is "hello"
    client:close()
    good = good + 1
  end
  rig.pass(0.1)
end
expect(good):at_least(4)
for i, mode in ipairs(modes) do
  expect(attacks[i]:wait(60), mode):is_not(nil)
end
-- All of them were let go.
rig.pass(0.2)
local client = gateway:connect { sni = "shop.test" }
expect(client:get("/").status):is(200)
