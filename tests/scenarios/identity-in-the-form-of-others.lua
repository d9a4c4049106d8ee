-- SPDX-License-Identifier: Apache-2.0
-- forward = { client_cert = "xfcc", "arr", "nginx" }: the fields that Envoy, IIS
-- and nginx write, of this handshake only; forged ones of every form are
-- removed whatever is declared.
local upstream = rig.upstream()
local staff = rig.authority "staff"
local ada = staff:below("sub"):issue { cn = 'Ada "the" \\ first; a=b, c\\',
  dns = { "ada.test", "a.ada.test" },
  uri = { "spiffe://shop.test/ada", "https://x.test/?a=b;c" } }
local stale = staff:issue { cn = "Old", from = -7200, to = -3600 }
local gateway = rig.gateway {
  upstream = upstream,
  policy = [[
    trust "staff" { ca = "staff.pem" }
    site "shop.test" {
      key = "server", upstream = "$upstream", trust = "staff",
      certificate = "request",
      path "/xfcc" { forward = { client_cert = "xfcc" } },
      path "/chain" { forward = { client_cert = "xfcc", chain = true } },
      path "/arr" { forward = { client_cert = "arr" } },
      path "/nginx" { forward = { client_cert = "nginx" } },
      path "/none" { forward = { client_cert = "none" } },
    }
  ]],
}
local names = { "Client-Cert", "Client-Cert-Chain", "X-Forwarded-Client-Cert",
  "X-ARR-ClientCert", "X-SSL-Client-Verify", "X-SSL-Client-S-DN",
  "X-SSL-Client-I-DN", "X-SSL-Client-Serial", "X-SSL-Client-Fingerprint",
  "X-SSL-Client-Cert" }

-- Each name in three spellings, and named by Connection.
local forged = { { "Connection", table.concat(names, ", ") } }
for _, name in ipairs(names) do
  for _, spelt in ipairs { name, name:upper(), (name:gsub("-", "_")) } do
    forged[#forged + 1] = { spelt, "forged" }
  end
end

-- What is told at `path`, by lower-case names; nothing may be forged.
local function told(client, path)
  local fields = {}

  expect(client:get(path, forged).status):is(200)
  expect(upstream:last().raw):lacks "forged"
  for name, value in pairs(upstream:last().header) do
    if name:find "ssl" or name:find "cert" then
      expect(name:find "_"):is(nil)
      fields[name], fields[#fields + 1] = value, name
    end
  end
  return fields
end

local function base64(pem, n)
  local i = 0
  for text in pem:gmatch "BEGIN CERTIFICATE%-%-%-%-%-(.-)%-%-%-%-%-END" do
    i = i + 1
    if i == n then return (text:gsub("%s", "")) end
  end
end

-- A certificate as nginx and Envoy escape its PEM.
local function escaped(pem, n)
  local lines = base64(pem, n):gsub(("."):rep(64), "%0\n"):gsub("\n?$", "\n")
  return ("-----BEGIN CERTIFICATE-----\n" .. lines
    .. "-----END CERTIFICATE-----\n"):gsub("[^%w._~-]", function(c)
      return ("%%%02X"):format(c:byte())
    end)
end
local name = [[CN=Ada \22the\22 \5C first\; a=b\, c\5C]]

for _, version in ipairs { "1.2", "1.3" } do
  local client = gateway:connect { sni = "shop.test", tls = version,
    certificate = ada }
  local fields = told(client, "/xfcc")
  expect(#fields):is(1)
  local hash, rest = fields["x-forwarded-client-cert"]:match(
    "^Hash=(%x+);Cert=\"(.*)$")
  expect(#hash):is(64)
  local leaf = escaped(ada.pem, 1)
  expect(rest:sub(1, #leaf)):is(leaf)
  expect(rest:sub(#leaf + 1)):is('";Subject="' .. name
    .. '";URI="spiffe://shop.test/ada";URI="https://x.test/?a=b;c"'
    .. ";DNS=ada.test;DNS=a.ada.test")

  fields = told(client, "/chain")
  expect(fields["x-forwarded-client-cert"]):contains(';Chain="' .. leaf
    .. escaped(ada.pem, 2) .. '";')

  fields = told(client, "/arr")
  expect(#fields):is(1)
  expect(fields["x-arr-clientcert"]):is(base64(ada.pem, 1))

  fields = told(client, "/nginx")
  expect(#fields):is(6)
  expect(fields["x-ssl-client-verify"]):is "SUCCESS"
  expect(fields["x-ssl-client-s-dn"]):is(name)
  expect(fields["x-ssl-client-i-dn"]):is "CN=sub"
  expect(fields["x-ssl-client-serial"]:find "^[%dA-F]+$"):is(1)
  expect(fields["x-ssl-client-fingerprint"]:find("^" .. ("%x"):rep(40)
    .. "$")):is(1)
  expect(fields["x-ssl-client-cert"]):is(leaf)
  expect(#told(client, "/none")):is(0)

  -- Nobody, and somebody who does not verify.
  local nobody = gateway:connect { sni = "shop.test", tls = version }
  local old = gateway:connect { sni = "shop.test", tls = version,
    certificate = stale }
  for _, path in ipairs { "/xfcc", "/chain", "/arr", "/none", "/" } do
    expect(#told(nobody, path), path):is(0)
    expect(#told(old, path), path):is(0)
  end
  fields = told(nobody, "/nginx")
  expect(#fields):is(1)
  expect(fields["x-ssl-client-verify"]):is "NONE"
  fields = told(old, "/nginx")
  expect(#fields):is(1)
  expect(fields["x-ssl-client-verify"]):is "FAILED:certificate has expired"
end
