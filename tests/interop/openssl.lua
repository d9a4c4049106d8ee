-- SPDX-License-Identifier: Apache-2.0
-- OpenSSL as the client: handshakes, tickets, and a renegotiation refused.
rig.needs "openssl"
local upstream = rig.upstream()
local ada = rig.authority("staff"):issue { cn = "Ada" }
local sites = rig.authority "sites"
for _, kind in ipairs { "ecdsa", "rsa", "ed25519" } do
  sites:issue { cn = kind, dns = "keys.test", purpose = "server", key = kind,
    file = kind }
end
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      path "/pay" { certificate = "require" },
    }
    site "open.test" { key = "server", upstream = "$upstream" }
    site "keys.test" {
      key = { "rsa", "ecdsa", "ed25519" }, upstream = "$upstream",
    }
  ]],
}

-- What s_client says when it is fed `input`, and the connection ends.
local function s_client(version, name, input, more)
  return (rig.shell("printf '" .. input .. "' | timeout 20 openssl s_client "
    .. "-connect 127.0.0.1:$port -servername $name -CAfile $ca "
    .. "-tls1_$version -ign_eof " .. (more or "") .. " 2>&1; :", {
      port = gateway.port, name = name, version = version, cert = ada.cert,
      key = ada.key, ca = rig.folder .. "/rig-server-ca.pem",
      session = rig.folder .. "/session",
    }))
end
local function get(path, host)
  return ("GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n")
    :format(path, host or "shop.test")
end

for _, version in ipairs { 2, 3 } do
  local said = s_client(version, "shop.test", get "/pay")
  expect(said):contains "Verification: OK"
  expect(said):contains "Acceptable client certificate CA names"
  expect(said):matches "CN ?= ?staff"
  expect(said):contains "HTTP/1.1 403 "

  said = s_client(version, "shop.test", get "/pay",
    "-cert $cert -key $key -cert_chain $cert")
  expect(said):contains "HTTP/1.1 200 "
  expect(said):contains "hello"

  said = s_client(version, "open.test", get("/", "open.test"),
    "-sess_out $session")
  expect(said):contains "No client certificate CA names sent"
  expect(said):contains "HTTP/1.1 200 "
  said = s_client(version, "open.test", get("/", "open.test"),
    "-sess_in $session")
  expect(said):contains "Reused, "
  -- The ticket of the open site opens nothing else.
  said = s_client(version, "shop.test", get "/pay", "-sess_in $session")
  expect(said):contains "New, "
  expect(said):matches "CN ?= ?staff"
  expect(said):contains "HTTP/1.1 403 "

  said = s_client(version, "open.test", "", "-alpn h3")
  expect(said):contains "no application protocol"
end

-- The key is the one that the client can check.
for _, case in ipairs {
  { 2, "ECDSA+SHA256", "[Ee][Cc]" }, { 3, "ECDSA+SHA256", "[Ee][Cc]" },
  { 2, "RSA+SHA256", "[Rr][Ss][Aa]" }, { 3, "RSA-PSS+SHA256", "[Rr][Ss][Aa]" },
  { 3, "ed25519", "ED25519" }, { 2, "ed25519", "ED25519" },
} do
  local signatures, kind = case[2], case[3]
  local text = s_client(case[1], "keys.test", get("/", "keys.test"),
    "-sigalgs " .. signatures .. " -showcerts")
  -- "id-ecPublicKey" of OpenSSL 3.0 is "EC" of 3.5.
  expect(text, signatures):matches("a:PKEY: [id-]*" .. kind)
  expect(text, signatures):contains "HTTP/1.1 200 "
end

-- A line with R asks for a renegotiation.
local said = rig.shell("{ sleep 1; echo R; sleep 1; } | timeout 20 "
  .. "openssl s_client -connect 127.0.0.1:$port -servername open.test "
  .. "-tls1_2 2>&1; :", { port = gateway.port })
expect(said):contains "RENEGOTIATING"
expect(said):matches "no.renegotiation"
