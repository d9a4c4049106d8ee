-- SPDX-License-Identifier: Apache-2.0
-- What people will try first: curl, with and without a certificate.
rig.needs "curl"
local upstream = rig.upstream { paths = { ["/echo"] = { { "echo" } } } }
local ada = rig.authority("staff"):issue { cn = "Ada" }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
    site "late.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      handshake = "never",
      path "/pay" { certificate = "require" },
    }
  ]],
}

-- The body, a space, and the status.
local function curl(version, name, path, more)
  return (rig.shell("curl -sS --max-time 20 --cacert $ca --tlsv1.$version "
    .. "--tls-max 1.$version --resolve $resolve -w ' %{http_code}' "
    .. (more or "") .. " $url", {
      version = version, ca = rig.folder .. "/rig-server-ca.pem",
      resolve = ("%s:%d:127.0.0.1"):format(name, gateway.port),
      url = ("https://%s:%d%s"):format(name, gateway.port, path),
      cert = ada.cert, key = ada.key,
    }))
end

for _, version in ipairs { 2, 3 } do
  expect(curl(version, "shop.test", "/")):is "hello 200"
  expect(curl(version, "shop.test", "/pay")):matches '"not_sent".* 403$'
  expect(curl(version, "shop.test", "/pay", "--cert $cert --key $key"))
    :is "hello 200"
  expect(curl(version, "late.test", "/pay")):matches '"0x80070032".* 500$'
  expect(curl(version, "shop.test", "/echo", "-d name=value"))
    :is "name=value 200"
  expect(curl(version, "shop.test", "/echo",
    "-H 'Transfer-Encoding: chunked' -d name=value")):is "name=value 200"
  expect(curl(version, "shop.test", "/echo",
    "-H 'Expect: 100-continue' -T " .. ada.cert)):is(ada.pem .. " 200")
  expect(curl(version, "shop.test", "/", "-I --http1.1"))
    :matches "^HTTP/1.1 200 "
  expect(curl(version, "shop.test", "/", "-I --http2")):matches "^HTTP/2 200 "
  expect(curl(version, "shop.test", "/", "--http2")):is "hello 200"
  -- Several requests on one connection.
  expect(curl(version, "shop.test", "/[1-3]")):is "hello 200hello 200hello 200"
end
