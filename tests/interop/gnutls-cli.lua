-- SPDX-License-Identifier: Apache-2.0
-- gnutls-cli as the client, with what it does that others do not: it offers
-- post-handshake authentication, and resumes on its own.
rig.needs "gnutls-cli"
local upstream = rig.upstream()
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

local function gnutls_cli(version, name, path, more)
  local request = ("GET %s HTTP/1.1\\r\\nHost: %s\\r\\n"
    .. "Connection: close\\r\\n\\r\\n"):format(path, name)
  return (rig.shell("{ printf $request; sleep 0.5; } | timeout 20 gnutls-cli "
    .. "--x509cafile $ca --sni-hostname $name --verify-hostname $name "
    .. "--priority NORMAL:-VERS-ALL:+VERS-TLS1.$version --port $port "
    .. (more or "") .. " 127.0.0.1 2>&1; :", {
      request = request, name = name, version = version, port = gateway.port,
      cert = ada.cert, key = ada.key, ca = rig.folder .. "/rig-server-ca.pem",
    }))
end

for _, version in ipairs { 2, 3 } do
  local said = gnutls_cli(version, "shop.test", "/pay")
  expect(said):contains "HTTP/1.1 403 "
  said = gnutls_cli(version, "shop.test", "/pay",
    "--x509certfile $cert --x509keyfile $key")
  expect(said):contains "HTTP/1.1 200 "
  said = gnutls_cli(version, "late.test", "/pay", "--post-handshake-auth "
    .. "--x509certfile $cert --x509keyfile $key")
  expect(said):contains "HTTP/1.1 500 "
  expect(said):contains "0x80070032"
  said = gnutls_cli(version, "late.test", "/", "--resume")
  expect(said):contains "This is a resumed session"
end
