-- SPDX-License-Identifier: Apache-2.0
-- A head so long that the queue to the upstream is full of it does not keep a
-- body waiting that came along with it.
local upstream = rig.upstream { paths = { ["/echo"] = { { "echo" } } } }
local gateway = rig.gateway {
  upstream = upstream, settings = 'limits = { head = "128KiB" }',
  policy = [[
    site "shop.test" { key = "server", upstream = "$upstream" }
  ]],
}
for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version }
  for _, len in ipairs { 10, 32300, 32760, 33000, 40000, 66000, 100000 } do
    local headers = { A = ("a"):rep(len) }
    local answer = client:request { method = "POST", path = "/echo",
      headers = headers, body = "hello" }
    expect(answer.body, len):is "hello"
    answer = client:request { method = "POST", path = "/echo",
      headers = headers, chunks = { "hel", "lo" } }
    expect(answer.body, len):is "hello"
  end
end
