-- SPDX-License-Identifier: Apache-2.0
-- Behind HAProxy, which forwards TCP and tells the client's address in both
-- versions of the PROXY protocol, with a checksum and with extensions.
rig.needs("haproxy", "curl")
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream, socket = { url = rig.folder .. "/behind" },
  policy = [[
    listen { "127.0.0.1:0", proxy_protocol = { from = "127.0.0.1" } }
    trust "staff" { ca = "staff.pem" }
    site "shop.test" { key = "server", upstream = "$upstream" }
    site "behind.test" {
      key = "server", trust = "staff", certificate = "require",
      upstream = "unix:$socket", forward = { proxy_protocol = true },
    }
  ]],
}

local ways = {
  "send-proxy", "send-proxy-v2",
  "send-proxy-v2 proxy-v2-options crc32c,unique-id", "send-proxy-v2-ssl-cn",
}
-- Each listens on an address of its own, with the gateway's port.
local function address(way) return "127.0.7." .. way end
local text = ([[
global
  maxconn 64
  stats socket %s/ready
defaults
  mode tcp
  timeout connect 5s
  timeout client 20s
  timeout server 20s
frontend behind
  mode http
  bind unix@%s/behind accept-proxy
  http-request return status 200 content-type text/plain lf-string "%%[src] %%[dst_port] %%[fc_pp_authority]"
]]):format(rig.folder, rig.folder)
for i, way in ipairs(ways) do
  text = text .. ([[
listen way%d
  bind %s:%d
  unique-id-format %%pid-%%rt
  server yett 127.0.0.1:%d %s
]]):format(i, address(i), gateway.port, gateway.port, way)
end
local balancer = rig.spawn {
  "/bin/sh", "-c",
  "exec haproxy -db -f '" .. rig.write("haproxy.cfg", text) .. "' 2>&1",
}
local deadline = rig.now() + 20
while not os.execute("test -S " .. rig.folder .. "/ready")
  and rig.now() < deadline do
  rig.pass(0.02)
end

for i, way in ipairs(ways) do
  local answer = rig.shell("curl -sS --max-time 20 --interface 127.0.0.50 "
    .. "--cacert $ca --resolve $resolve -w ' %{http_code}' $url", {
      ca = rig.folder .. "/rig-server-ca.pem",
      resolve = ("shop.test:%d:%s"):format(gateway.port, address(i)),
      url = ("https://shop.test:%d/"):format(gateway.port),
    })
  expect(answer, way):is "hello 200"
  expect(upstream:last().header["x-forwarded-for"], way):is "127.0.0.50"
end
-- And in front of HAProxy, which reads our head.
local told = rig.shell("curl -sS --max-time 20 --cacert $ca --resolve $resolve "
  .. "--cert $cert --key $key $url", {
    ca = rig.folder .. "/rig-server-ca.pem", cert = ada.cert, key = ada.key,
    resolve = ("behind.test:%d:%s"):format(gateway.port, address(1)),
    url = ("https://behind.test:%d/"):format(gateway.port),
  })
expect(told):is(("127.0.0.1 %d behind.test"):format(gateway.port))
balancer:signal "TERM"
balancer:wait(20)
